//! What is kept between two acts, in the folder that the grading gives and takes away: these are a mock's tokens.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Done;

/// Somebody is signed in.
#[derive(Deserialize, Serialize)]
pub(crate) struct Session {
    pub(crate) subject: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) id_token: Option<String>,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("session.json")
}

impl Session {
    pub(crate) fn kept(folder: &Path) -> Done<Self> {
        Ok(serde_json::from_slice(&std::fs::read(file(folder))?)?)
    }

    pub(crate) fn keep(&self, folder: &Path) -> Done {
        Ok(std::fs::write(file(folder), serde_json::to_vec(self)?)?)
    }

    pub(crate) fn forget(folder: &Path) -> Done {
        Ok(std::fs::remove_file(file(folder))?)
    }
}
