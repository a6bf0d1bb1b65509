//! Every sentence that a person reads, in Fluent files under `locales/`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The files, embedded. A message must stand in one of them only.
const ENGLISH: &[&str] = &[
    include_str!("../locales/en/app.ftl"),
    include_str!("../locales/en/command.ftl"),
    include_str!("../locales/en/doctor.ftl"),
    include_str!("../locales/en/errors.ftl"),
    include_str!("../locales/en/journal.ftl"),
    include_str!("../locales/en/pages.ftl"),
    include_str!("../locales/en/providers.ftl"),
];

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let language: LanguageIdentifier = "en".parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Values are cleaned of direction-changing characters where they come in; marks around them would show in terminals.
    bundle.set_use_isolating(false);
    for source in ENGLISH {
        // A broken entry is left out and its neighbours kept; the test below sees to it that there is none.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
        let _ = bundle.add_resource(resource);
    }
    bundle
});

/// What a sentence is told.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Words, which stand as they are.
    Text(&'a str),
    /// A number, by which a sentence may choose its form.
    Number(u64),
}

/// The sentence with this key. `args` are its values by name.
///
/// A key that no file has gives the key itself, so that a gap shows and nothing breaks.
#[must_use]
pub fn format(key: &str, args: &[(&str, &str)]) -> String {
    say(key, None, &texts(args))
}

/// As [`format`], with numbers among the values.
#[must_use]
pub fn format_values(key: &str, args: &[(&str, Value<'_>)]) -> String {
    say(key, None, args)
}

/// What stands under this key as an attribute of this name: the same thing said otherwise.
///
/// A gap gives the key itself, as with [`format`].
#[must_use]
pub fn attribute(key: &str, name: &str, args: &[(&str, &str)]) -> String {
    say(key, Some(name), &texts(args))
}

fn texts<'a>(args: &[(&'a str, &'a str)]) -> Vec<(&'a str, Value<'a>)> {
    args.iter().map(|&(name, text)| (name, Value::Text(text))).collect()
}

fn say(key: &str, attribute: Option<&str>, args: &[(&str, Value<'_>)]) -> String {
    let message = BUNDLE.get_message(key);
    let pattern = message.and_then(|message| match attribute {
        None => message.value(),
        Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
    });
    let Some(pattern) = pattern else {
        tracing::error!(key, "a sentence is missing");
        return key.to_owned();
    };
    let values: FluentArgs<'_> = args
        .iter()
        .map(|&(name, value)| match value {
            Value::Text(text) => (name, FluentValue::from(text)),
            Value::Number(number) => (name, FluentValue::from(number)),
        })
        .collect();
    let mut errors = Vec::new();
    BUNDLE.format_pattern(pattern, Some(&values), &mut errors).into_owned()
}

/// Whether what stands under this key has an attribute of this name.
#[must_use]
pub fn has_attribute(key: &str, name: &str) -> bool {
    BUNDLE
        .get_message(key)
        .is_some_and(|message| message.get_attribute(name).is_some())
}

/// Whether a sentence with this key exists.
#[must_use]
pub fn has(key: &str) -> bool {
    BUNDLE.get_message(key).is_some_and(|message| message.value().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_no_sentence_stands_twice() {
        let mut bundle = FluentBundle::new_concurrent(vec![LanguageIdentifier::default()]);
        for source in ENGLISH {
            let resource = FluentResource::try_new((*source).to_owned());
            let resource = resource
                .map_err(|(_, errors)| errors)
                .expect("the file is valid Fluent");
            bundle.add_resource(resource).expect("no message stands twice");
        }
    }

    #[test]
    fn values_stand_where_the_sentence_wants_them_without_marks_around() {
        assert_eq!(format("page-open-app", &[("app", "Doorkey")]), "Open Doorkey");
        assert_eq!(format("page-missing", &[]), "page-missing");
        assert!(has("page-return") && !has("page-missing"));
    }
}
