//! How the table of what can be found becomes types: an enum a check, and what is said of each detail.

use doorkey_oidc::{Misbehaviour, Unsupported};

#[cfg(test)]
use super::detail::CheckId;
#[cfg(test)]
use super::finding::{Repair, State};
use super::name::Name;
use crate::locales::Value;

/// A value of a detail as a sentence takes it.
pub(super) trait Told {
    fn told(&self) -> Value<'_>;
}

/// A sentence chooses other words for what has no name.
impl Told for Name {
    fn told(&self) -> Value<'_> {
        Value::Text(if self.as_str().is_empty() {
            "nameless"
        } else {
            self.as_str()
        })
    }
}

impl Told for u64 {
    fn told(&self) -> Value<'_> {
        Value::Number(*self)
    }
}

/// The section of the standard: the one thing about a broken rule that all languages share.
impl Told for Misbehaviour {
    fn told(&self) -> Value<'_> {
        Value::Text(self.section())
    }
}

impl Told for Unsupported {
    fn told(&self) -> Value<'_> {
        Value::Text(self.section())
    }
}

/// A line of the table.
#[cfg(test)]
pub(super) struct Row {
    pub(super) check: CheckId,
    pub(super) word: &'static str,
    pub(super) state: State,
    pub(super) repair: Option<Repair>,
    pub(super) values: &'static [&'static str],
}

/// One block a check, one line a detail: its fields, its word in message keys, how it stands, what repairs it.
macro_rules! details {
    ($( $(#[$about:meta])* $check:ident($detail:ident) = $word:literal {
        $( $(#[$doc:meta])* $variant:ident $({ $( $(#[$said:meta])* $field:ident: $kind:ty ),+ })?
            => $key:literal, $state:ident $(, $repair:ident)?; )+
    } )+) => {
        /// What is checked, in the order to show.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CheckId {
            $( $(#[$about])* $check, )+
        }

        impl CheckId {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$check),+];

            /// Its word in message keys: `link-owner`.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $( Self::$check => $word, )+
                }
            }
        }

        $(
            $(#[$about])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub enum $detail {
                $( $(#[$doc])* $variant $({ $( $(#[$said])* $field: $kind ),+ })?, )+
            }

            impl From<$detail> for Detail {
                fn from(detail: $detail) -> Self {
                    Self::$check(detail)
                }
            }
        )+

        /// What a check saw.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Detail {
            $( $(#[$about])* $check($detail), )+
        }

        impl Detail {
            /// The check that can see it.
            #[must_use]
            pub fn check(&self) -> CheckId {
                match self {
                    $( Self::$check(_) => CheckId::$check, )+
                }
            }

            /// Its word in message keys, unique within its check: `keeps`.
            #[must_use]
            pub fn word(&self) -> &'static str {
                match self {
                    $( $( Self::$check($detail::$variant { .. }) => $key, )+ )+
                }
            }

            /// How it stands.
            #[must_use]
            pub fn state(&self) -> State {
                match self {
                    $( $( Self::$check($detail::$variant { .. }) => State::$state, )+ )+
                }
            }

            pub(super) fn repair(&self) -> Option<Repair> {
                match self {
                    $( $( Self::$check($detail::$variant { .. }) => details!(@repair $($repair)?), )+ )+
                }
            }

            /// Its values by the names that sentences have for them.
            pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
                match self {
                    $( $( Self::$check($detail::$variant $({ $($field),+ })?) => vec![
                        $( $( (stringify!($field), $field.told()) ),+ )?
                    ], )+ )+
                }
            }
        }

        /// The table itself, for the tests of the sentences.
        #[cfg(test)]
        pub(super) const TABLE: &[Row] = &[
            $( $( Row {
                check: CheckId::$check,
                word: $key,
                state: State::$state,
                repair: details!(@repair $($repair)?),
                values: &[$( $( stringify!($field) ),+ )?],
            }, )+ )+
        ];
    };
    (@repair) => { None };
    (@repair $repair:ident) => { Some(Repair::$repair) };
}

pub(super) use details;
