//! A code to enter on another screen: what a person reads, and what a program does.
//!
//! Spec: RFC 8628 section 3.3

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use doorkey::flow::DeviceCode;
use qrcode::{Color, QrCode};
use serde_json::json;

use crate::output::Out;
use crate::outside::say;

/// Light modules around a code, without which cameras do not find it.
const QUIET: usize = 4;
/// The widest picture that fits on a usual terminal, in modules.
const WIDEST: usize = 76;

/// Says what to enter and where.
pub(crate) fn tell(out: Out, code: &DeviceCode, now: i64) -> io::Result<()> {
    let page = code.verification_uri.url().as_str();
    let complete = code.verification_uri_complete.as_ref().map(|uri| uri.url().as_str());
    let user_code = code.user_code.as_str();
    if out.is_json() {
        return out.json(&json!({
            "event": "device",
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": complete,
            "expires_at": code.expires_at.0,
        }));
    }
    // The address of the page itself, which a person can read and know; the one with the code in it is for cameras.
    out.note(&say("command-device-page", &[]))?;
    out.link(page)?;
    out.note(&say("command-device-enter", &[("code", user_code)]))?;
    let minutes = (code.expires_at.0 - now).max(60) / 60;
    out.note(&say("command-device-expires", &[("minutes", &minutes.to_string())]))?;
    // RFC 8628 5.4: the person is told, for a code is phished for by asking them to enter it.
    out.note(&say("command-device-caution", &[]))?;
    let picture = complete.and_then(picture).filter(|_| io::stderr().is_terminal());
    if let Some(picture) = picture {
        out.note(&say("command-device-qr", &[]))?;
        draw(&picture)?;
    }
    Ok(())
}

/// The lines of a QR code of an address, two modules to a character; `None` for one that would not fit on a terminal.
///
/// Spec: RFC 8628 section 3.3.1
fn picture(address: &str) -> Option<Vec<String>> {
    let code = QrCode::new(address)
        .ok()
        .filter(|code| code.width() + 2 * QUIET <= WIDEST)?;
    let (width, modules) = (code.width(), code.to_colors());
    let is_dark = |x: usize, y: usize| {
        let inside = (QUIET..width + QUIET).contains(&x) && (QUIET..width + QUIET).contains(&y);
        inside && modules[(y - QUIET) * width + (x - QUIET)] == Color::Dark
    };
    let side = width + 2 * QUIET;
    let line = |y: usize| {
        let character = |x: usize| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..side).map(character).collect()
    };
    Some((0..side).step_by(2).map(line).collect())
}

/// Dark on light, whatever the terminal's own colours are: many cameras do not read it the other way round.
fn draw(picture: &[String]) -> io::Result<()> {
    let style = Style::new()
        .fg_color(Some(AnsiColor::Black.into()))
        .bg_color(Some(AnsiColor::BrightWhite.into()));
    let mut out = anstream::stderr().lock();
    for line in picture {
        writeln!(out, "{style}{line}{style:#}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_each_module_of_the_code_within_a_light_edge() {
        let address = "https://op.example/device?user_code=BCDF-GHJK";
        let code = QrCode::new(address).unwrap();
        let picture = picture(address).unwrap();
        let side = code.width() + 2 * QUIET;
        let dark = |x: usize, y: usize| {
            let character = picture[y / 2].chars().nth(x).unwrap();
            matches!((character, y % 2), ('█', _) | ('▀', 0) | ('▄', 1))
        };
        assert_eq!(picture.len(), side.div_ceil(2));
        let mut darks = 0;
        for y in 0..side {
            for x in 0..side {
                let inside = |at: usize| (QUIET..side - QUIET).contains(&at);
                let expected = inside(x) && inside(y) && code[(x - QUIET, y - QUIET)] == Color::Dark;
                assert_eq!(dark(x, y), expected, "{x} {y}");
                darks += usize::from(expected);
            }
        }
        assert!(darks > 100);
    }

    #[test]
    fn an_address_that_fits_on_no_terminal_has_no_picture() {
        assert!(picture(&format!("https://op.example/{}", "a".repeat(1_000))).is_none());
    }
}
