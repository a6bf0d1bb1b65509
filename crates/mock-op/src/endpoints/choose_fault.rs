//! Where a person chooses on the login page how their sign-in goes wrong.

use crate::chosen::Chosen;
use crate::faults::Fault;
use crate::place::Place;
use maud::{Markup, PreEscaped, html};
use std::sync::LazyLock;

/// The choice is the same on every page, so it is rendered once.
static CHOICE: LazyLock<String> = LazyLock::new(|| {
    let of = |wanted: Place| Fault::ALL.iter().filter(move |fault| fault.place() == wanted);
    let choice = html! {
        p { label for="fault" { "A fault in the answers to this sign-in, and to no other" } }
        select #fault name="fault" {
            option value="" { "As it is" }
            @for (place, name) in Place::OF_A_SIGN_IN {
                optgroup label=(name) {
                    @for fault in of(place) {
                        @for variant in fault.variants() { option { (fault.id()) "/" (variant) } }
                    }
                }
            }
        }
    };
    choice.into_string()
});

/// The part of the login page's form for it. `chosen` is what was asked for by `login_hint`; it stays if nothing is chosen.
pub(super) fn part(chosen: Option<&Chosen>) -> Markup {
    html! {
        details {
            summary {
                @match chosen {
                    Some(chosen) => { "This sign-in goes wrong: " code { (chosen.name()) } },
                    None => "Let this sign-in go wrong",
                }
            }
            (PreEscaped(CHOICE.as_str()))
        }
    }
}
