//! An account's picture: fetched here, decoded and encoded anew, so that a window never loads a stranger's URL or bytes.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, ImageReader, Limits as ImageLimits};
use tokio::time::Duration;
use url::Url;

use crate::Error;
use crate::inner::Inner;
use crate::records::{Records, name};
use crate::sessions::{self, AccountId};
use crate::transport::Limits;
use crate::vault::RecordKind;

/// How large the provider's picture may be, and how long it may take.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(15),
    max_bytes: 2 << 20,
};
/// The most pixels on a side that are decoded.
const SIDE_LIMIT: u32 = 4096;
/// The pixels on a side that are kept.
const SIDE: u32 = 192;

/// Fetches a picture and keeps it with the account. One that cannot be had is not missed: there are initials.
pub(crate) async fn fetch_for(inner: Arc<Inner>, id: AccountId, url: String) {
    let Some(png) = fetch(&inner, &url).await else {
        tracing::info!("an account's picture could not be had");
        return;
    };
    let kept = async {
        let records = inner.records().await;
        let _held = records.lock(&sessions::lock_name(&id)).await?;
        if let Some(mut record) = sessions::read(records, &id).await? {
            keep(records, &id, &png).await?;
            record.has_picture = true;
            sessions::write(records, &record).await?;
            inner.index.set(record.account());
            inner.tell_accounts();
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "an account's picture could not be kept");
    }
}

/// The picture that is kept with an account.
pub(crate) async fn of_account(inner: &Inner, id: &AccountId) -> Result<Option<Vec<u8>>, Error> {
    let records = inner.records().await;
    let kept = records.get(&name(RecordKind::Picture, id.as_str())?).await?;
    Ok(kept.map(|png| png.to_vec()))
}

/// Seals a picture beside its account.
pub(crate) async fn keep(records: &Records, id: &AccountId, png: &[u8]) -> Result<(), Error> {
    records.put(&name(RecordKind::Picture, id.as_str())?, png).await
}

/// A picture as the first version of an account's record had it. What is no base64 is no picture.
pub(crate) fn of_first_version(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

async fn fetch(inner: &Inner, url: &str) -> Option<Vec<u8>> {
    // The transport asks for https only, and in development for http on loopback.
    let url = Url::parse(url).ok()?;
    let request = http::Request::get(url.as_str())
        .header("accept", "image/png, image/jpeg, image/webp, image/gif")
        .body(Vec::new())
        .ok()?;
    let answer = inner.transport.send(request, LIMITS).await.ok()?;
    if answer.status() != http::StatusCode::OK {
        return None;
    }
    let bytes = answer.into_body();
    tokio::task::spawn_blocking(move || encode_anew(&bytes)).await.ok()?
}

/// Decodes within limits and encodes as a small square PNG. `None` for whatever is not a picture of a kind we know.
fn encode_anew(bytes: &[u8]) -> Option<Vec<u8>> {
    let format = image::guess_format(bytes).ok()?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif
    ) {
        return None;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = ImageLimits::default();
    limits.max_image_width = Some(SIDE_LIMIT);
    limits.max_image_height = Some(SIDE_LIMIT);
    limits.max_alloc = Some(128 << 20);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    let square = picture.resize_to_fill(SIDE, SIDE, image::imageops::FilterType::Triangle);
    let mut png = Cursor::new(Vec::new());
    square.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(width, height)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_becomes_a_small_square_of_our_own_encoding() {
        let small = encode_anew(&png(300, 100)).unwrap();
        let picture = image::load_from_memory(&small).unwrap();
        assert_eq!((picture.width(), picture.height()), (SIDE, SIDE));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_left_out() {
        for bad in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
            b"<html>",
            b"",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert!(encode_anew(bad).is_none());
        }
        assert!(encode_anew(&png(SIDE_LIMIT + 1, 1)).is_none());
    }
}
