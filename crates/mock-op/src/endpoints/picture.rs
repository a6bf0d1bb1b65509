//! A picture for each person, drawn here: a head and shoulders on their own colour.

use super::Shared;
use crate::answer::raw;
use crate::call::Call;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

const SIZE: u32 = 128;

pub(super) fn picture(op: &Shared, call: &Call) -> Response {
    let id = call.path.rsplit('/').next().and_then(|file| file.strip_suffix(".png"));
    let Some(at) = op.people.iter().position(|person| Some(person.id.as_str()) == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match draw(at) {
        Ok(png) => {
            let mut response = raw(StatusCode::OK, "image/png", png);
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An RGB image as PNG.
fn draw(at: usize) -> Result<Vec<u8>, png::EncodingError> {
    const GROUNDS: [[u8; 3]; 6] = [
        [138, 90, 0],
        [29, 111, 66],
        [44, 82, 130],
        [128, 56, 101],
        [90, 96, 105],
        [154, 63, 0],
    ];
    let ground = GROUNDS[at % GROUNDS.len()];
    let mut pixels = Vec::with_capacity((SIZE * SIZE * 3) as usize);
    for y in 0..SIZE {
        for x in 0..SIZE {
            let square = |cx: u32, cy: u32| {
                let (dx, dy) = (i64::from(x) - i64::from(cx), i64::from(y) - i64::from(cy));
                dx * dx + dy * dy
            };
            let is_figure = square(SIZE / 2, 48) < 24 * 24 || square(SIZE / 2, 136) < 52 * 52;
            pixels.extend_from_slice(if is_figure { &[251, 250, 247] } else { &ground });
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, SIZE, SIZE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}
