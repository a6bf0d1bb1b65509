//! A window that no driver started, read as a screen reader does: through AT-SPI.

use std::time::Duration;

use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::desktop::{Desktop, connect};
use crate::error::{Result, RigError};
use crate::wait::until;

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// How deep a tree is followed: a page of ours is far from it, a loop is not.
const DEPTH: usize = 60;

/// What an object is. Named here are those that tests ask for; web views answer with the number only.
///
/// Spec: AT-SPI 2, `AtspiRole`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A window.
    Frame,
    /// A button.
    Button,
    /// A heading of a page.
    Heading,
    /// A link of a page.
    Link,
    /// Any other, by its number.
    Other(u32),
}

impl From<u32> for Role {
    fn from(number: u32) -> Self {
        match number {
            23 => Self::Frame,
            43 => Self::Button,
            83 => Self::Heading,
            88 => Self::Link,
            other => Self::Other(other),
        }
    }
}

/// One object of the accessibility tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessible {
    /// What it is.
    pub role: Role,
    /// Its name: what a screen reader says.
    pub name: String,
    /// Its own text, where it has one.
    pub text: String,
}

/// All windows of the desktop, as a screen reader meets them.
pub struct ScreenReader {
    bus: Connection,
}

fn refused(what: &str) -> impl Fn(zbus::Error) -> RigError {
    move |error| RigError::driver("AT-SPI", what, error)
}

impl ScreenReader {
    /// Connects to the accessibility bus of the desktop, starting it when nobody has.
    ///
    /// # Errors
    /// [`RigError::Driver`] when there is none.
    pub async fn on(desktop: &Desktop) -> Result<Self> {
        let reply = desktop
            .session()
            .call_method(
                Some("org.a11y.Bus"),
                "/org/a11y/bus",
                Some("org.a11y.Bus"),
                "GetAddress",
                &(),
            )
            .await
            .map_err(refused("GetAddress"))?;
        let address: String = reply.body().deserialize().map_err(refused("GetAddress"))?;
        Ok(Self {
            bus: connect(&address).await?,
        })
    }

    /// Every object of every window, in reading order.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the registry does not answer. Objects that vanish while they are read are left out.
    pub async fn read(&self) -> Result<Vec<Accessible>> {
        let mut objects = Vec::new();
        let root = (
            "org.a11y.atspi.Registry".to_owned(),
            "/org/a11y/atspi/accessible/root".to_owned(),
            0,
        );
        let mut open = vec![root];
        while let Some((owner, path, depth)) = open.pop() {
            let children = match self.children(&owner, &path).await {
                Ok(children) => children,
                Err(error) if depth == 0 => return Err(error),
                Err(_) => continue,
            };
            if depth > 0 {
                objects.push(self.describe(&owner, &path).await);
            }
            if depth < DEPTH {
                let next = children.into_iter().rev();
                open.extend(next.map(|(owner, path)| (owner, path.to_string(), depth + 1)));
            }
        }
        Ok(objects)
    }

    async fn children(&self, owner: &str, path: &str) -> Result<Vec<(String, OwnedObjectPath)>> {
        let call = self
            .bus
            .call_method(Some(owner), path, Some(ACCESSIBLE), "GetChildren", &());
        let reply = answer("GetChildren", call).await?;
        let children: Vec<(String, OwnedObjectPath)> = reply.body().deserialize().map_err(refused("GetChildren"))?;
        if !children.is_empty() {
            return Ok(children);
        }
        // The place in a window where another process draws (the web view) has a child that is not in that list.
        let call = self
            .bus
            .call_method(Some(owner), path, Some(ACCESSIBLE), "GetChildAtIndex", &(0_i32,));
        let Ok(reply) = answer("GetChildAtIndex", call).await else {
            return Ok(children);
        };
        let child: (String, OwnedObjectPath) = reply.body().deserialize().map_err(refused("GetChildAtIndex"))?;
        Ok(if child.1.as_str().ends_with("/null") || child.0.is_empty() {
            children
        } else {
            vec![child]
        })
    }

    async fn describe(&self, owner: &str, path: &str) -> Accessible {
        let role = async {
            let call = self
                .bus
                .call_method(Some(owner), path, Some(ACCESSIBLE), "GetRole", &());
            answer("GetRole", call)
                .await?
                .body()
                .deserialize::<u32>()
                .map_err(refused("GetRole"))
        };
        let name = async {
            let properties = Some("org.freedesktop.DBus.Properties");
            let call = self
                .bus
                .call_method(Some(owner), path, properties, "Get", &(ACCESSIBLE, "Name"));
            let value = answer("Name", call)
                .await?
                .body()
                .deserialize::<OwnedValue>()
                .map_err(refused("Name"))?;
            String::try_from(value).map_err(|error| RigError::driver("AT-SPI", "Name", error))
        };
        let text = async {
            let call = self.bus.call_method(
                Some(owner),
                path,
                Some("org.a11y.atspi.Text"),
                "GetText",
                &(0_i32, -1_i32),
            );
            answer("GetText", call)
                .await?
                .body()
                .deserialize::<String>()
                .map_err(refused("GetText"))
        };
        // An object that has no text, or is gone by now, is one without: the caller waits for what it looks for.
        Accessible {
            role: role.await.map_or(Role::Other(0), Role::from),
            name: name.await.unwrap_or_default(),
            text: text.await.unwrap_or_default(),
        }
    }

    /// Waits until an object is there as wanted.
    ///
    /// # Errors
    /// [`RigError::TimedOut`], with what is there.
    pub async fn find(
        &self,
        what: &str,
        deadline: Duration,
        wanted: impl Fn(&Accessible) -> bool,
    ) -> Result<Accessible> {
        let wanted = &wanted;
        until(what, deadline, || async move {
            let objects = self.read().await.map_err(|error| error.to_string())?;
            objects.iter().find(|object| wanted(object)).cloned().ok_or_else(|| {
                let said = objects
                    .iter()
                    .filter(|object| !object.name.is_empty() || !object.text.is_empty());
                format!(
                    "{:?}",
                    said.map(|o| format!("{:?}: {} {}", o.role, o.name, o.text))
                        .collect::<Vec<_>>()
                )
            })
        })
        .await
    }
}

/// A window that hangs does not hang the reader.
async fn answer(what: &str, call: impl Future<Output = zbus::Result<zbus::Message>>) -> Result<zbus::Message> {
    match tokio::time::timeout(Duration::from_secs(2), call).await {
        Ok(reply) => reply.map_err(refused(what)),
        Err(_) => Err(RigError::driver("AT-SPI", what, "no answer")),
    }
}
