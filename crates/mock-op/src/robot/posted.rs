//! The response that comes as a form: what it holds, and where the browser posts it.

use super::Page;
use crate::outbound;
use http::Method;
use url::Url;

/// An authorization response as a form.
///
/// Spec: OAuth 2.0 Form Post Response Mode section 2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The redirect URI, where the form goes.
    pub action: String,
    /// The parameters of the response in their order.
    pub fields: Vec<(String, String)>,
}

impl Posted {
    /// The value of the first field of this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Posts it to the app, if that listens on a loopback address of this machine. Whether anyone took it.
    pub(super) async fn deliver(&self) -> bool {
        let Ok(url) = Url::parse(&self.action) else {
            return false;
        };
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish();
        // What the app shows is not looked at.
        outbound::send(Method::POST, &url, Some(form), 1 << 20).await.is_some()
    }
}

/// The form, if this page is one that posts itself.
pub(super) fn on(page: &Page) -> Option<Posted> {
    let form = &page.text[page.text.find("<form id=\"form-post\"")?..];
    let fields = form.split("<input").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        Some((
            unescaped(super::attribute_of(tag, "name")?),
            unescaped(super::attribute_of(tag, "value")?),
        ))
    });
    Some(Posted {
        action: unescaped(page.attribute("<form id=\"form-post\"", "action")?),
        fields: fields.collect(),
    })
}

/// The four characters that the pages escape.
fn unescaped(text: String) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
