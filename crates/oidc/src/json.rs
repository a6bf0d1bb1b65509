//! JSON as strict as the standards ask: UTF-8, one value, no name twice in an object, a bounded depth.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads one JSON object in which no member name stands twice, at any depth.
///
/// Two parsers that disagree on which of two members counts are two different opinions of who signed in.
///
/// Errors: `None` for anything else than such an object, a byte-order mark and depth beyond 128 included.
///
/// Spec: RFC 7519 section 4, RFC 8259 section 4
pub fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut parser).ok()?;
    parser.end().ok()?;
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// What a member holds, when it matters that a wrong type is not the same as an absent member.
pub(crate) enum Member<T> {
    Absent,
    Wrong,
    Is(T),
}

/// A member that must be a string. `null` is a wrong type.
pub(crate) fn text<'a>(map: &'a Map<String, Value>, name: &str) -> Member<&'a str> {
    match map.get(name) {
        None => Member::Absent,
        Some(Value::String(text)) => Member::Is(text),
        Some(_) => Member::Wrong,
    }
}

/// A member that must be a whole number of seconds (`NumericDate`; a fraction is cut off) within what a clock can show.
///
/// Spec: RFC 7519 section 2 (NumericDate)
pub(crate) fn numeric_date(map: &Map<String, Value>, name: &str) -> Member<i64> {
    /// 9999-12-31T23:59:59Z.
    const LAST: f64 = 253_402_300_799.0;
    match map.get(name) {
        None => Member::Absent,
        Some(Value::Number(number)) => match number.as_i64() {
            Some(seconds) if (0..=LAST as i64).contains(&seconds) => Member::Is(seconds),
            Some(_) => Member::Wrong,
            None => match number.as_f64() {
                Some(seconds) if (0.0..=LAST).contains(&seconds) => Member::Is(seconds as i64),
                _ => Member::Wrong,
            },
        },
        Some(_) => Member::Wrong,
    }
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Strict)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Strict)?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_refused_at_any_depth() {
        assert!(object(br#"{"a":1,"b":{"c":1}}"#).is_some());
        assert!(object(br#"{"a":1,"a":1}"#).is_none());
        assert!(object(br#"{"b":[{"c":1,"c":2}]}"#).is_none());
        assert!(
            object(br#"{"a":1,"\u0061":2}"#).is_none(),
            "an escaped name is the same name"
        );
    }

    #[test]
    fn anything_but_one_object_is_refused() {
        for bad in [
            &b"[]"[..],
            b"\"a\"",
            b"",
            b"{} {}",
            b"\xEF\xBB\xBF{}",
            b"{\"a\":\"\xFF\"}",
            b"{\"a\":1e400}",
            b"{\"a\"",
        ] {
            assert!(object(bad).is_none(), "{bad:?}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(object(deep.as_bytes()).is_none());
    }

    #[test]
    fn a_date_of_the_wrong_type_is_not_an_absent_one() {
        let map = object(br#"{"s":"12","n":-1,"h":1e300,"o":{},"z":null,"f":12.9,"ok":12}"#).unwrap();
        for wrong in ["s", "n", "h", "o", "z"] {
            assert!(matches!(numeric_date(&map, wrong), Member::Wrong), "{wrong}");
        }
        assert!(matches!(numeric_date(&map, "absent"), Member::Absent));
        assert!(matches!(numeric_date(&map, "f"), Member::Is(12)));
        assert!(matches!(numeric_date(&map, "ok"), Member::Is(12)));
    }
}
