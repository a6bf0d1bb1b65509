//! Every sentence that a person reads, in Fluent files under `locales/`.

mod language;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, Ordering};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use self::language::Language;

/// What the command says. It speaks English only.
const COMMAND: &str = include_str!("../locales/en/command.ftl");

/// The files of a language, embedded. A message must stand in one of them only.
macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!("../locales/", $language, "/app.ftl")),
            include_str!(concat!("../locales/", $language, "/doctor.ftl")),
            include_str!(concat!("../locales/", $language, "/errors.ftl")),
            include_str!(concat!("../locales/", $language, "/journal.ftl")),
            include_str!(concat!("../locales/", $language, "/pages.ftl")),
            include_str!(concat!("../locales/", $language, "/providers.ftl")),
        ]
    };
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::French));
static SPANISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Spanish));
static JAPANESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Japanese));
static ARABIC: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Arabic));

/// Which language is spoken, by its place in [`Language::ALL`].
static SPOKEN: AtomicU8 = AtomicU8::new(0);

/// From now on every sentence of this process is in this language. It is English until its program says otherwise.
pub fn speak(language: Language) {
    let place = Language::ALL.iter().position(|one| *one == language);
    SPOKEN.store(
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0),
        Ordering::Relaxed,
    );
}

/// The language that is spoken.
pub fn spoken() -> Language {
    let place = usize::from(SPOKEN.load(Ordering::Relaxed));
    Language::ALL.get(place).copied().unwrap_or(Language::English)
}

fn sources(language: Language) -> [&'static str; 6] {
    match language {
        Language::English => files!("en"),
        Language::German => files!("de"),
        Language::French => files!("fr"),
        Language::Spanish => files!("es"),
        Language::Japanese => files!("ja"),
        Language::Arabic => files!("ar"),
    }
}

fn bundle(language: Language) -> Bundle {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Values are cleaned of direction-changing characters where they come in; marks around them would show in terminals.
    bundle.set_use_isolating(false);
    let only_english = (language == Language::English).then_some(COMMAND);
    for source in sources(language).into_iter().chain(only_english) {
        // A broken entry is left out and its neighbours kept; the test below sees to it that there is none.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn bundle_of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
        Language::Japanese => &JAPANESE,
        Language::Arabic => &ARABIC,
    }
}

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
    say_in(spoken(), key, attribute, args)
}

fn say_in(language: Language, key: &str, attribute: Option<&str>, args: &[(&str, Value<'_>)]) -> String {
    // What a translation lacks is said in English.
    let found = [language, Language::English].into_iter().find_map(|language| {
        let bundle = bundle_of(language);
        let message = bundle.get_message(key)?;
        let pattern = match attribute {
            None => message.value(),
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
        };
        Some((bundle, pattern?))
    });
    let Some((bundle, pattern)) = found else {
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
    bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned()
}

/// Whether what stands under this key has an attribute of this name.
#[must_use]
pub fn has_attribute(key: &str, name: &str) -> bool {
    ENGLISH
        .get_message(key)
        .is_some_and(|message| message.get_attribute(name).is_some())
}

/// Whether a sentence with this key exists.
#[must_use]
pub fn has(key: &str) -> bool {
    ENGLISH
        .get_message(key)
        .is_some_and(|message| message.value().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_every_language_parses_and_no_sentence_stands_twice() {
        for language in Language::ALL {
            let mut bundle = FluentBundle::new_concurrent(vec![LanguageIdentifier::default()]);
            for source in sources(language).into_iter().chain([COMMAND]) {
                let resource = FluentResource::try_new(source.to_owned());
                let resource = resource
                    .map_err(|(_, errors)| errors)
                    .expect("the file is valid Fluent");
                bundle.add_resource(resource).expect("no message stands twice");
            }
        }
    }

    #[test]
    fn each_language_says_it_otherwise_and_counts_in_its_own_way() {
        let mut said = std::collections::BTreeSet::new();
        for language in Language::ALL {
            assert!(
                said.insert(say_in(language, "page-open-app", None, &texts(&[("app", "Doorkey")]))),
                "{language:?}"
            );
        }
        assert!(said.iter().all(|sentence| sentence.contains("Doorkey")), "{said:?}");
        assert_eq!(say_in(Language::Arabic, "page-missing", None, &[]), "page-missing");
    }

    #[test]
    fn english_is_spoken_until_somebody_says_otherwise() {
        assert_eq!(spoken(), Language::English);
    }

    #[test]
    fn values_stand_where_the_sentence_wants_them_without_marks_around() {
        assert_eq!(format("page-open-app", &[("app", "Doorkey")]), "Open Doorkey");
        assert_eq!(format("page-missing", &[]), "page-missing");
        assert!(has("page-return") && !has("page-missing"));
    }
}
