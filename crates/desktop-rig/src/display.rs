//! The display without a screen: Xvfb, its window manager, and a picture of all that is on it.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, ImageFormat};

use crate::error::{Result, RigError};
use crate::process::{Pipes, Process};
use crate::wait::until;

/// How long each program of the desktop may take to come up on a busy machine.
pub(crate) const COMES_UP_IN: Duration = Duration::from_secs(30);

/// A running display.
pub(crate) struct Display {
    /// `:7`, as DISPLAY has it.
    pub(crate) name: String,
    server: Process,
}

impl Display {
    /// Starts a server on a display number of its own choice and waits until it takes clients.
    pub(crate) async fn start(
        size: (u16, u16),
        environment: &[(std::ffi::OsString, std::ffi::OsString)],
        logs: &Path,
    ) -> Result<Self> {
        // Two servers that start at once over the lock of one that died can both take its number: one at a time.
        let lock = File::create(std::env::temp_dir().join("desktop-rig-display.lock"));
        let lock = lock.map_err(RigError::system("the lock of the displays"))?;
        until("turn to start a display", COMES_UP_IN, || {
            std::future::ready(lock.try_lock().map_err(|error| error.to_string()))
        })
        .await?;
        let mut command = Command::new("Xvfb");
        // It must not start anew when its last client leaves, which is what a look at an empty display is. The server writes the number to descriptor 1 once it is ready.
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &format!("{}x{}x24", size.0, size.1),
            "-nolisten",
            "tcp",
        ]);
        let mut server = Process::start("Xvfb", command, environment, logs, Pipes::Stdout)?;
        let Some(out) = server.take_stdout() else {
            return Err(server.not_up("it has no output"));
        };
        let mut line = String::new();
        let read = tokio::time::timeout(COMES_UP_IN, BufReader::new(out).read_line(&mut line)).await;
        match read {
            Ok(Ok(_)) if !line.trim().is_empty() => Ok(Self {
                name: format!(":{}", line.trim()),
                server,
            }),
            _ => Err(server.not_up("no display number")),
        }
    }

    /// The server's process.
    pub(crate) fn id(&self) -> Option<u32> {
        self.server.id()
    }

    /// Waits until a window manager has taken the display over.
    ///
    /// Spec: Extended Window Manager Hints, `_NET_SUPPORTING_WM_CHECK`.
    pub(crate) async fn managed(&self, deadline: Duration) -> Result<()> {
        until("window manager", deadline, || async {
            self.has_manager().map_err(|error| error.to_string())
        })
        .await
    }

    fn has_manager(&self) -> Result<()> {
        let refused = |why: String| RigError::driver("the display", "the window manager's mark", why);
        let (connection, screen) = x11rb::connect(Some(&self.name)).map_err(|error| refused(error.to_string()))?;
        let root = connection.setup().roots[screen].root;
        let property = || -> std::result::Result<usize, x11rb::errors::ReplyError> {
            let mark = connection
                .intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?
                .reply()?
                .atom;
            let held = connection
                .get_property(false, root, mark, AtomEnum::WINDOW, 0, 1)?
                .reply()?;
            Ok(held.value.len())
        };
        match property() {
            Ok(0) => Err(refused("not there".into())),
            Ok(_) => Ok(()),
            Err(error) => Err(refused(error.to_string())),
        }
    }

    /// The title of the window that has the keyboard.
    ///
    /// Spec: Extended Window Manager Hints, `_NET_ACTIVE_WINDOW` and `_NET_WM_NAME`.
    pub(crate) fn active_title(&self) -> Result<String> {
        let refused = |why: String| RigError::driver("the display", "the active window", why);
        let (connection, screen) = x11rb::connect(Some(&self.name)).map_err(|error| refused(error.to_string()))?;
        let root = connection.setup().roots[screen].root;
        let read = || -> std::result::Result<Option<Vec<u8>>, x11rb::errors::ReplyError> {
            let active = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW")?.reply()?.atom;
            let name = connection.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
            let held = connection
                .get_property(false, root, active, AtomEnum::WINDOW, 0, 1)?
                .reply()?;
            let Some(window) = held
                .value32()
                .and_then(|mut windows| windows.next())
                .filter(|window| *window != 0)
            else {
                return Ok(None);
            };
            let title = connection
                .get_property(false, window, name, AtomEnum::ANY, 0, 1024)?
                .reply()?;
            Ok(Some(title.value))
        };
        match read() {
            Ok(Some(title)) => Ok(String::from_utf8_lossy(&title).into_owned()),
            Ok(None) => Err(refused("no window has it".into())),
            Err(error) => Err(refused(error.to_string())),
        }
    }

    /// Writes a picture of the whole display as PNG.
    pub(crate) fn picture(&self, file: &Path) -> Result<()> {
        let refused = |why: String| RigError::driver("the display", "a picture", why);
        let (connection, screen) = x11rb::connect(Some(&self.name)).map_err(|error| refused(error.to_string()))?;
        let root = &connection.setup().roots[screen];
        let (width, height) = (root.width_in_pixels, root.height_in_pixels);
        let image = connection
            .get_image(ImageFormat::Z_PIXMAP, root.root, 0, 0, width, height, u32::MAX)
            .map_err(|error| refused(error.to_string()))?
            .reply()
            .map_err(|error| refused(error.to_string()))?;
        // Depth 24 on a little-endian server: four bytes a pixel, blue first.
        let pixels: Vec<u8> = image
            .data
            .chunks_exact(4)
            .flat_map(|pixel| match pixel {
                [blue, green, red, _] => [*red, *green, *blue],
                _ => [0, 0, 0],
            })
            .collect();
        let out = File::create(file).map_err(RigError::system("writing a picture"))?;
        let mut encoder = png::Encoder::new(BufWriter::new(out), width.into(), height.into());
        encoder.set_color(png::ColorType::Rgb);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&pixels))
            .map_err(|error| refused(error.to_string()))
    }
}
