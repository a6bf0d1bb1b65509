//! `mimeapps.list`: reading it, and changing one key of it with every other byte kept.
//!
//! Spec: freedesktop.org Association between MIME types and applications 1.0.1

/// The section of defaults.
pub(super) const DEFAULT: &str = "Default Applications";
/// The section of associations that were added.
pub(super) const ADDED: &str = "Added Associations";
/// The section of associations that were taken away.
pub(super) const REMOVED: &str = "Removed Associations";

/// The desktop entry ids that a section has for a type, in order.
pub(super) fn ids(list: &[u8], section: &str, mime_type: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, value) in lines(list).filter_map(|line| line.value_of(section, mime_type)) {
        found.extend(
            value
                .split(';')
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
        );
    }
    found
}

/// The list with `id` first among those of a type in a section, which is made where it is not there.
pub(super) fn with_first(list: &[u8], section: &str, mime_type: &str, id: &str) -> Vec<u8> {
    let mut rest: Vec<_> = ids(list, section, mime_type)
        .into_iter()
        .filter(|other| other != id)
        .collect();
    rest.insert(0, id.to_owned());
    with_ids(list, section, mime_type, &rest)
}

/// The list without `id` among those of a type in a section; without the line where no other is left.
pub(super) fn without(list: &[u8], section: &str, mime_type: &str, id: &str) -> Vec<u8> {
    let before = ids(list, section, mime_type);
    let rest: Vec<_> = before.iter().filter(|other| *other != id).cloned().collect();
    if rest == before {
        list.to_vec()
    } else {
        with_ids(list, section, mime_type, &rest)
    }
}

fn with_ids(list: &[u8], section: &str, mime_type: &str, ids: &[String]) -> Vec<u8> {
    let fresh = if ids.is_empty() {
        String::new()
    } else {
        format!("{mime_type}={};\n", ids.join(";"))
    };
    let mut out = Vec::with_capacity(list.len() + fresh.len());
    // Where the key would go if the section has none: behind the section's last line that is not blank.
    let (mut place, mut written) = (None, false);
    for line in lines(list) {
        if line.value_of(section, mime_type).is_some() {
            if !written {
                out.extend_from_slice(fresh.as_bytes());
                written = true;
            }
            continue;
        }
        out.extend_from_slice(line.bytes);
        if line.section == Some(section.as_bytes()) && !line.bytes.trim_ascii().is_empty() {
            place = Some(out.len());
        }
    }
    if written || fresh.is_empty() {
        return out;
    }
    match place {
        Some(place) => {
            let newline: &[u8] = if out[..place].ends_with(b"\n") { b"" } else { b"\n" };
            out.splice(place..place, [newline, fresh.as_bytes()].concat());
        }
        None => {
            if !out.is_empty() && !out.ends_with(b"\n") {
                out.push(b'\n');
            }
            if !out.is_empty() {
                out.push(b'\n');
            }
            out.extend_from_slice(format!("[{section}]\n{fresh}").as_bytes());
        }
    }
    out
}

struct Line<'a> {
    bytes: &'a [u8],
    /// The section that it stands in; its own for a heading.
    section: Option<&'a [u8]>,
}

impl<'a> Line<'a> {
    fn value_of(&self, section: &str, mime_type: &str) -> Option<(&'a str, &'a str)> {
        if self.section != Some(section.as_bytes()) {
            return None;
        }
        let (key, value) = std::str::from_utf8(self.bytes).ok()?.trim().split_once('=')?;
        (key.trim_end() == mime_type).then_some((key, value))
    }
}

fn lines(list: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut section = None;
    list.split_inclusive(|byte| *byte == b'\n').map(move |bytes| {
        let heading = bytes
            .trim_ascii()
            .strip_prefix(b"[")
            .and_then(|rest| rest.strip_suffix(b"]"));
        section = heading.or(section);
        Line { bytes, section }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "x-scheme-handler/dev.x";

    fn first(list: &str) -> String {
        String::from_utf8(with_first(list.as_bytes(), DEFAULT, TYPE, "dev.x.desktop")).expect("UTF-8")
    }

    #[test]
    fn the_key_is_put_where_it_belongs_and_every_other_byte_is_kept() {
        let line = "x-scheme-handler/dev.x=dev.x.desktop;\n";
        for (before, after) in [
            ("", format!("[Default Applications]\n{line}")),
            ("# mine", format!("# mine\n\n[Default Applications]\n{line}")),
            ("[Default Applications]", format!("[Default Applications]\n{line}")),
            (
                "# a\n[Default Applications]\r\na/b=c.desktop\n\n\n[Added Associations]\n  q/r = s ;\n",
                format!("# a\n[Default Applications]\r\na/b=c.desktop\n{line}\n\n[Added Associations]\n  q/r = s ;\n"),
            ),
            (
                "[Added Associations]\nx-scheme-handler/dev.x=keep.desktop\n[Default Applications]\nx-scheme-handler/dev.xy=z\n",
                format!(
                    "[Added Associations]\nx-scheme-handler/dev.x=keep.desktop\n[Default Applications]\nx-scheme-handler/dev.xy=z\n{line}"
                ),
            ),
        ] {
            assert_eq!(first(before), after, "{before:?}");
            assert_eq!(first(&after), after, "a second time changes nothing");
        }
    }

    #[test]
    fn others_stay_behind_ours_and_come_back_when_ours_goes() {
        let before = "[Default Applications]\n x-scheme-handler/dev.x = a.desktop;b.desktop\n# end\n";
        let with = first(before);
        assert_eq!(
            with,
            "[Default Applications]\nx-scheme-handler/dev.x=dev.x.desktop;a.desktop;b.desktop;\n# end\n"
        );
        assert_eq!(
            ids(with.as_bytes(), DEFAULT, TYPE),
            ["dev.x.desktop", "a.desktop", "b.desktop"]
        );
        let gone = without(with.as_bytes(), DEFAULT, TYPE, "dev.x.desktop");
        assert_eq!(
            gone,
            b"[Default Applications]\nx-scheme-handler/dev.x=a.desktop;b.desktop;\n# end\n"
        );
        let unchanged = without(before.as_bytes(), DEFAULT, TYPE, "dev.x.desktop");
        assert_eq!(unchanged, before.as_bytes());
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_too() {
        let before = b"[Default Applications]\n\xff\xfe=x\n";
        let after = with_first(before, DEFAULT, TYPE, "dev.x.desktop");
        assert!(after.starts_with(before));
        assert_eq!(without(&after, DEFAULT, TYPE, "dev.x.desktop"), before);
    }
}
