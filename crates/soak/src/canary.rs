//! Looking for what is secret where it must not be.

use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::error::{Result, SoakError, system};

/// A secret of so many bytes or fewer could be found by chance.
const SHORTEST: usize = 12;

/// Of a longer secret this much of its end is looked for: the beginnings of all ID Tokens are the same.
const LONGEST: usize = 48;

/// What a search looked at and found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Searched {
    /// Secrets that were looked for.
    pub secrets: usize,
    /// Keys of vaults that were looked for.
    pub keys: usize,
    /// Files that were read.
    pub files: usize,
    /// Bytes that were read.
    pub bytes: u64,
    /// Files that held a secret, and in which form. Never the secret.
    pub found: Vec<(PathBuf, String)>,
}

impl Searched {
    /// Adds what another search did.
    pub fn add(&mut self, other: Self) {
        self.secrets += other.secrets;
        self.keys += other.keys;
        self.files += other.files;
        self.bytes += other.bytes;
        self.found.extend(other.found);
    }
}

/// The forms in which a secret could turn up: as it is; as part of something in base64, at each of the three places
/// where it can begin in it; in hexadecimal; percent-encoded throughout; as a list of numbers, as `{:?}` writes bytes.
pub fn forms(secret: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let bytes = secret.get(secret.len().saturating_sub(LONGEST)..).unwrap_or(secret);
    let mut all = vec![(bytes.to_owned(), "as it is")];
    for before in 0..3 {
        let shifted = [&[0; 2][..before.min(2)], bytes].concat();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&shifted);
            // The first and the last letters depend on what stands beside it.
            let from = [0, 2, 3].get(before).copied().unwrap_or(0);
            let to = text.len().saturating_sub(2);
            if let Some(middle) = text.get(from..to).filter(|middle| middle.len() >= SHORTEST) {
                all.push((middle.as_bytes().to_owned(), "in base64"));
            }
        }
    }
    let joined = |form: &dyn Fn(&u8) -> String, between: &str| {
        let words: Vec<_> = bytes.iter().map(form).collect();
        words.join(between).into_bytes()
    };
    all.push((joined(&|byte| format!("{byte:02x}"), ""), "in hexadecimal"));
    all.push((joined(&|byte| format!("%{byte:02X}"), ""), "percent-encoded"));
    all.push((joined(&|byte| byte.to_string(), ", "), "as numbers"));
    let pair = url::form_urlencoded::byte_serialize(bytes).collect::<String>();
    if pair.as_bytes() != bytes {
        all.push((pair.into_bytes(), "percent-encoded"));
    }
    all
}

/// Searches all files below these folders, and their names, for these secrets, and for these keys of 43 characters of
/// base64url, as text and as the 32 bytes that they stand for.
///
/// # Errors
/// `System` when a file is there and cannot be read.
pub fn search(folders: &[&Path], secrets: &[String], keys: &[String]) -> Result<Searched> {
    let mut searched = Searched {
        secrets: secrets.len(),
        keys: keys.len(),
        ..Searched::default()
    };
    let texts = secrets.iter().chain(keys).map(|text| text.as_bytes().to_owned());
    let raw = keys.iter().filter_map(|key| URL_SAFE_NO_PAD.decode(key).ok());
    let long = texts.chain(raw).filter(|secret| secret.len() >= SHORTEST);
    let (needles, words): (Vec<_>, Vec<_>) = long.flat_map(|secret| forms(&secret)).unzip();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(&needles)
        .map_err(|error| SoakError::Impossible(error.to_string()))?;
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    while let Some(path) = open.pop() {
        let kind = path.symlink_metadata().map_err(system("a file to search"))?;
        let name = path.as_os_str().as_encoded_bytes().to_vec();
        if kind.is_dir() {
            for entry in std::fs::read_dir(&path).map_err(system("a folder to search"))? {
                open.push(entry.map_err(system("a folder to search"))?.path());
            }
        }
        let bytes = if kind.is_file() {
            std::fs::read(&path).map_err(system("a file to search"))?
        } else {
            Vec::new()
        };
        searched.files += usize::from(kind.is_file());
        searched.bytes += bytes.len() as u64;
        for text in [name, bytes] {
            if let Some(hit) = finder.find(&text) {
                let word = words.get(hit.pattern().as_usize()).copied().unwrap_or("somehow");
                searched.found.push((path.clone(), word.to_owned()));
            }
        }
    }
    Ok(searched)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "r3fr3sh-t0ken_that.nobody~may+see/ever";

    fn found(text: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("in/log"), text).unwrap();
        let searched = search(&[folder.path()], &[SECRET.to_owned()], &[]).unwrap();
        assert_eq!(
            (searched.secrets, searched.files, searched.bytes),
            (1, 1, text.len() as u64)
        );
        searched.found.first().map(|(_, how)| how.clone())
    }

    #[test]
    fn a_planted_secret_is_found_in_each_form_that_it_could_have() {
        assert_eq!(found("nothing here"), None);
        assert_eq!(found(&format!("token={SECRET}&x")), Some("as it is".to_owned()));
        for before in ["", "a", "ab", "abc"] {
            let whole = format!("{before}{SECRET} and more");
            assert_eq!(
                found(&STANDARD_NO_PAD.encode(&whole)),
                Some("in base64".to_owned()),
                "{before}"
            );
            assert_eq!(
                found(&URL_SAFE_NO_PAD.encode(&whole)),
                Some("in base64".to_owned()),
                "{before}"
            );
        }
        assert_eq!(
            found(&format!("{:?}", SECRET.as_bytes())),
            Some("as numbers".to_owned())
        );
        let hexadecimal: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found(&hexadecimal), Some("in hexadecimal".to_owned()));
        assert_eq!(
            found("r3fr3sh-t0ken_that.nobody%7Emay%2Bsee%2Fever"),
            Some("percent-encoded".to_owned())
        );
    }

    #[test]
    fn a_secret_in_the_name_of_a_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a-name-that-is-secret"), "").unwrap();
        let searched = search(&[folder.path()], &["name-that-is-secret".to_owned()], &[]).unwrap();
        assert_eq!(searched.found.len(), 1);
    }

    #[test]
    fn the_key_of_a_vault_is_found_as_text_as_bytes_and_in_each_form_of_either() {
        let bytes: Vec<u8> = (100..132).map(|number: u8| number.wrapping_mul(7)).collect();
        let key = URL_SAFE_NO_PAD.encode(&bytes);
        let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let planted: [Vec<u8>; 6] = [
            key.clone().into_bytes(),
            [b"before ", bytes.as_slice(), b" after"].concat(),
            hexadecimal(&bytes).into_bytes(),
            hexadecimal(key.as_bytes()).into_bytes(),
            format!("{bytes:?}").into_bytes(),
            STANDARD_NO_PAD.encode([b"xy", bytes.as_slice()].concat()).into_bytes(),
        ];
        for (number, text) in planted.iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("file"), text).unwrap();
            let searched = search(&[folder.path()], &[], std::slice::from_ref(&key)).unwrap();
            assert_eq!((searched.keys, searched.found.len()), (1, 1), "{number}");
        }
    }
}
