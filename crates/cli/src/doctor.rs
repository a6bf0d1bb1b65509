//! `doorkey doctor`: everything that a sign-in leans on, and the repairs.

use anstyle::{AnsiColor, Style};
use doorkey::doctor::{Finding, State};
use serde_json::json;

use crate::arguments::{Doctor, Shared};
use crate::channel;
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::{say, shown};
use crate::place::Place;

pub(crate) async fn run(out: Out, shared: &Shared, arguments: Doctor) -> Result<(), Failure> {
    let client = Place::of(shared)?.open_unasked().await?;
    if let Some(repair) = arguments.repair {
        client.repair(repair).await?;
        return Ok(out.told(
            &json!({ "event": "repaired", "repair": repair.word() }),
            &say("command-repaired", &[("name", repair.word())]),
        )?);
    }
    let provider = client.with_providers(|all| {
        let known = all
            .iter()
            .find(|known| Some(&known.preset.id) == arguments.provider.as_ref());
        known.map(|known| known.preset.name.clone())
    });
    let provider = provider.unwrap_or_default();
    let mut examination = client.examine(arguments.provider.as_deref())?;
    let mut broken = false;
    // As they come: the quick ones first.
    while let Some(finding) = examination.next().await {
        broken |= finding.state() == State::Broken;
        tell(out, &finding, &provider)?;
    }
    if broken { Err(Failure::Said(1)) } else { Ok(()) }
}

fn tell(out: Out, finding: &Finding, provider: &str) -> Result<(), Failure> {
    let words = finding.words(channel::NAME, shown(provider).as_str());
    let (mark, state, style) = match finding.state() {
        State::Good => ("+", "good", Style::new().fg_color(Some(AnsiColor::Green.into()))),
        State::Advice => ("~", "advice", Style::new().fg_color(Some(AnsiColor::Yellow.into()))),
        State::Broken => ("!", "broken", Style::new().fg_color(Some(AnsiColor::Red.into()))),
        State::NotChecked(_) => ("?", "not-checked", Style::new()),
    };
    if out.is_json() {
        let reason = match finding.state() {
            State::NotChecked(reason) => Some(reason.word()),
            _ => None,
        };
        return Ok(out.json(&json!({
            "check": finding.check().word(),
            "state": state,
            "detail": finding.detail().map(|detail| detail.word()),
            "reason": reason,
            "text": words.text,
            "remedy": words.remedy,
            "repair": finding.repair().map(|repair| repair.word()),
        }))?);
    }
    let values = [
        ("mark", mark),
        ("title", words.title.as_str()),
        ("text", words.text.as_str()),
    ];
    out.styled(&say("command-finding", &values), style)?;
    if let Some(remedy) = &words.remedy {
        out.line(&say("command-finding-remedy", &[("remedy", remedy)]))?;
    }
    if let Some(repair) = finding.repair() {
        out.line(&say("command-finding-repair", &[("name", repair.word())]))?;
    }
    Ok(())
}
