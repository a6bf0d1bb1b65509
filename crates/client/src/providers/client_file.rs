//! The file that Google's console lets a developer download for a client of type Desktop.

use doorkey_oidc::Secret;
use serde::Deserialize;

use super::Registration;

/// The most bytes that such a file may have.
pub const CLIENT_FILE_LIMIT: usize = 64 * 1024;

/// Why a client file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientFileError {
    /// It is not a client file.
    NotAClientFile,
    /// It is for a web server, which this program is not: a client of type "Desktop app" is needed.
    WebClient,
}

#[derive(Deserialize)]
struct ClientFile {
    installed: Option<Installed>,
    web: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Installed {
    client_id: String,
    client_secret: Option<String>,
}

/// Reads a client file.
///
/// Errors: [`ClientFileError`], which says what to get instead.
pub fn parse_client_file(bytes: &[u8]) -> Result<Registration, ClientFileError> {
    if bytes.len() > CLIENT_FILE_LIMIT {
        return Err(ClientFileError::NotAClientFile);
    }
    let file: ClientFile = serde_json::from_slice(bytes).map_err(|_| ClientFileError::NotAClientFile)?;
    let registration = match file {
        ClientFile {
            installed: Some(client),
            ..
        } => Registration::new(client.client_id, client.client_secret.map(Secret::new)),
        ClientFile { web: Some(_), .. } => return Err(ClientFileError::WebClient),
        ClientFile { .. } => return Err(ClientFileError::NotAClientFile),
    };
    match registration.client() {
        Ok(_) => Ok(registration),
        Err(_) => Err(ClientFileError::NotAClientFile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_client_is_read_and_a_web_client_is_named_as_such() {
        let file =
            br#"{"installed":{"client_id":"1-a.apps.googleusercontent.com","project_id":"p","client_secret":"s"}}"#;
        let registration = parse_client_file(file).unwrap();
        assert_eq!(registration.client_id, "1-a.apps.googleusercontent.com");
        assert!(registration.client_secret().unwrap().matches("s"));
        let error = |bytes: &[u8]| parse_client_file(bytes).map(|_| ()).unwrap_err();
        assert_eq!(error(br#"{"web":{"client_id":"x"}}"#), ClientFileError::WebClient);
        for bad in [
            &b"{}"[..],
            b"[]",
            b"",
            b"\xFF",
            br#"{"installed":{"client_id":""}}"#,
            br#"{"installed":{"client_id":7}}"#,
        ] {
            assert_eq!(error(bad), ClientFileError::NotAClientFile);
        }
        assert_eq!(
            error(&vec![b' '; CLIENT_FILE_LIMIT + 1]),
            ClientFileError::NotAClientFile
        );
    }
}
