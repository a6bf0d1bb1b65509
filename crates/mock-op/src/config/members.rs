//! The members of a configuration, taken out one by one. What is left at the end is not known.

use super::ConfigError;
use crate::faults::When;
use clap::ValueEnum;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// An object, where it is, and which members were asked for so far.
pub(super) struct Table {
    path: String,
    members: Map<String, Value>,
    asked: Vec<&'static str>,
}

/// The one that differs from `given` by no more than a slip or two.
pub(super) fn most_like<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let near = known.map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name));
    let nearest = near.min_by_key(|(distance, _)| *distance)?;
    (nearest.0 <= 3 && nearest.0 * 2 <= given.len()).then_some(nearest.1)
}

/// TOML as JSON. A date is the text that it was written as: a `birthdate` in JSON is no other.
pub(super) fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
        toml::Value::Table(members) => {
            let each = members.into_iter().map(|(name, value)| (name, json_of(value)));
            Value::Object(each.collect())
        }
    }
}

impl Table {
    pub(super) fn root(value: Value) -> Result<Self, ConfigError> {
        Self::at(String::new(), value)
    }

    fn at(path: String, value: Value) -> Result<Self, ConfigError> {
        match value {
            Value::Object(members) => Ok(Self {
                path,
                members,
                asked: Vec::new(),
            }),
            _ if path.is_empty() => Err(wrong("the file".into(), "an object with members")),
            _ => Err(wrong(path, "an object with members")),
        }
    }

    pub(super) fn has(&self, member: &str) -> bool {
        self.members.contains_key(member)
    }

    pub(super) fn is_object(&self, member: &str) -> bool {
        self.members.get(member).is_some_and(Value::is_object)
    }

    pub(super) fn member(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    pub(super) fn wrong(&self, member: &str, expected: &str) -> ConfigError {
        wrong(self.member(member), expected)
    }

    pub(super) fn wrong_itself(&self, expected: &str) -> ConfigError {
        wrong(self.path.clone(), expected)
    }

    /// A member as it is. `null` counts as left out.
    pub(super) fn take(&mut self, member: &'static str) -> Option<Value> {
        self.asked.push(member);
        self.members.remove(member).filter(|value| !value.is_null())
    }

    fn taken<T>(
        &mut self,
        member: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        match self.take(member) {
            None => Ok(None),
            Some(value) => read(&value).map(Some).ok_or_else(|| self.wrong(member, expected)),
        }
    }

    pub(super) fn flag(&mut self, member: &'static str) -> Result<Option<bool>, ConfigError> {
        self.taken(member, "true or false", Value::as_bool)
    }

    pub(super) fn text(&mut self, member: &'static str) -> Result<Option<String>, ConfigError> {
        self.taken(member, "text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn needed_text(&mut self, member: &'static str) -> Result<String, ConfigError> {
        let text = self.text(member)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.wrong(member, "there, and text"))
    }

    pub(super) fn texts(&mut self, member: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        self.taken(member, "a list of texts", |value| {
            let items = value.as_array()?.iter();
            items.map(|item| item.as_str().map(str::to_owned)).collect()
        })
    }

    pub(super) fn object(&mut self, member: &'static str) -> Result<Option<Map<String, Value>>, ConfigError> {
        self.taken(member, "an object with members", |value| value.as_object().cloned())
    }

    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        member: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<T>, ConfigError> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.taken(member, &expected, |value| {
            let number = value.as_i64().filter(|number| range.contains(number))?;
            T::try_from(number).ok()
        })
    }

    pub(super) fn parsed<T: FromStr>(
        &mut self,
        member: &'static str,
        expected: &str,
    ) -> Result<Option<T>, ConfigError> {
        self.taken(member, expected, |value| value.as_str()?.parse().ok())
    }

    /// A value that the command line takes too, by the same names.
    pub(super) fn choice<T: ValueEnum>(&mut self, member: &'static str) -> Result<Option<T>, ConfigError> {
        let names = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|name| name.get_name().to_owned()).collect();
        let expected = format!("one of {}", names.join(", "));
        self.taken(member, &expected, |value| T::from_str(value.as_str()?, true).ok())
    }

    pub(super) fn when(&mut self, member: &'static str) -> Result<Option<When>, ConfigError> {
        let expected = "\"once\", \"always\", { nth = 2 } or { times = 3 }";
        self.taken(member, expected, |value| {
            let number = |value: &Value| u32::try_from(value.as_u64()?).ok();
            match (value.as_str(), value.as_object()) {
                (Some("once"), _) => Some(When::Once),
                (Some("always"), _) => Some(When::Always),
                (None, Some(members)) if members.len() == 1 => match members.iter().next()? {
                    (name, value) if name == "nth" => number(value).map(When::Nth),
                    (name, value) if name == "times" => number(value).map(When::Times),
                    _ => None,
                },
                _ => None,
            }
        })
    }

    pub(super) fn table(&mut self, member: &'static str) -> Result<Option<Table>, ConfigError> {
        let path = self.member(member);
        self.take(member).map(|value| Self::at(path, value)).transpose()
    }

    /// A list of objects; empty when it is not there.
    pub(super) fn tables(&mut self, member: &'static str) -> Result<Vec<Table>, ConfigError> {
        let path = self.member(member);
        match self.take(member) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let each = items.into_iter().enumerate();
                each.map(|(at, item)| Self::at(format!("{path}[{at}]"), item)).collect()
            }
            Some(_) => Err(wrong(path, "a list of objects")),
        }
    }

    /// Its members, which are objects of whatever name.
    pub(super) fn each(self) -> Result<Vec<(String, Table)>, ConfigError> {
        let path = self.path;
        let each = self.members.into_iter();
        each.map(|(name, value)| Ok((name.clone(), Self::at(format!("{path}.{name}"), value)?)))
            .collect()
    }

    /// All that was not asked for, by name.
    pub(super) fn rest(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), ConfigError> {
        match self.rest().next() {
            None => Ok(()),
            Some(name) => Err(ConfigError::Unknown {
                member: self.member(name),
                meant: most_like(name, self.asked.iter().copied()).map(str::to_owned),
            }),
        }
    }
}

fn wrong(member: String, expected: &str) -> ConfigError {
    ConfigError::Wrong {
        member,
        expected: expected.to_owned(),
    }
}
