//! Honest, broken and hostile streams.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

const CODINGS: [&str; 6] = ["", "gzip", "deflate", "raw", "br", "zstd"];
/// 81 bytes of "<p>привет, мир</p>", three times.
const BROTLI_TEXT: &str = "1f5000f82d0e6c1b46f67069bc86961f35340f4bf496adc5e5958082bf09f702\
                           123ee155a8a08f4fe05bd6b500";
/// 64 MiB of zeros.
const BROTLI_BOMB: &str = "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f\
                           0088c32200ddfb7ffeffffc33f0110870500baf7ff03";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex"))
        .collect()
}

fn pack(coding: &str, plain: &[u8]) -> Vec<u8> {
    let level = Compression::default();
    match coding {
        "gzip" => {
            let mut gzip = GzEncoder::new(Vec::new(), level);
            gzip.write_all(plain).expect("memory");
            gzip.finish().expect("memory")
        }
        "deflate" => {
            let mut zlib = ZlibEncoder::new(Vec::new(), level);
            zlib.write_all(plain).expect("memory");
            zlib.finish().expect("memory")
        }
        "raw" => {
            let mut deflate = DeflateEncoder::new(Vec::new(), level);
            deflate.write_all(plain).expect("memory");
            deflate.finish().expect("memory")
        }
        "br" if plain.len() == 81 => hex(BROTLI_TEXT),
        "br" if plain.len() == 64 << 20 => hex(BROTLI_BOMB),
        "br" => unreachable!("no encoder at hand"),
        "zstd" => zstd::encode_all(plain, 3).expect("memory"),
        _ => plain.to_vec(),
    }
}

/// Bytes unpacked so far.
fn held(unpacker: &Unpacker) -> usize {
    unpacker.coding.sink().bytes.len()
}

/// Unpacks in chunks of `step` bytes.
fn unpack(coding: &str, packed: &[u8], max: u64, step: usize) -> Result<Vec<u8>, UnpackError> {
    let coding = if coding == "raw" { "deflate" } else { coding };
    let mut unpacker = Unpacker::new(coding, max)?;
    for chunk in packed.chunks(step) {
        unpacker.push(chunk)?;
        assert!(held(&unpacker) as u64 <= max);
    }
    unpacker.finish()
}

fn text() -> Vec<u8> {
    "<p>привет, мир</p>".repeat(3).into_bytes()
}

#[test]
fn every_coding_is_unpacked_however_it_is_cut() {
    for coding in CODINGS {
        let packed = pack(coding, &text());
        for step in [1, 2, 7, 1 << 20] {
            assert_eq!(
                unpack(coding, &packed, 1000, step),
                Ok(text()),
                "{coding} by {step}"
            );
        }
        assert_eq!(
            unpack(coding, &packed, 81, 5),
            Ok(text()),
            "{coding} just fits"
        );
        assert_eq!(
            unpack(coding, &packed, 80, 5),
            Err(UnpackError::TooLarge),
            "{coding}"
        );
    }
}

#[test]
fn a_stream_that_breaks_off_anywhere_is_no_body() {
    for coding in &CODINGS[1..] {
        let packed = pack(coding, &text());
        for cut in 1..packed.len() {
            let broken = unpack(coding, &packed[..cut], 1000, 9);
            assert_eq!(broken, Err(UnpackError::BrokenOff), "{coding} cut at {cut}");
        }
        assert_eq!(
            unpack(coding, &[], 1000, 9),
            Ok(Vec::new()),
            "{coding}: empty is empty"
        );
    }
}

#[test]
fn a_bomb_stops_at_the_bound_with_little_read_and_little_held() {
    let zeros = vec![0; 64 << 20];
    for coding in &CODINGS[1..] {
        let bomb = pack(coding, &zeros);
        let mut unpacker =
            Unpacker::new(if *coding == "raw" { "deflate" } else { coding }, 1 << 20)
                .expect("known");
        let stop = bomb.chunks(16).find_map(|chunk| unpacker.push(chunk).err());
        assert_eq!(stop, Some(UnpackError::TooLarge), "{coding}");
        assert!(held(&unpacker) <= 1 << 20, "{coding}");
        // gzip packs 1000 to 1, so its share of 1 MiB is about 1 KiB of the 64
        assert!(
            unpacker.packed() < 4096,
            "{coding} read {}",
            unpacker.packed()
        );
        assert!(
            unpacker.coding.sink().bytes.capacity() <= 2 << 20,
            "{coding}"
        );
    }
}

#[test]
fn what_fits_can_be_had_when_the_rest_is_cut() {
    let zeros = vec![0; 64 << 20];
    for coding in CODINGS {
        let packed = pack(coding, &zeros);
        let known = if coding == "raw" { "deflate" } else { coding };
        let mut unpacker = Unpacker::new(known, 50).expect("known");
        assert_eq!(
            unpacker.push(&packed),
            Err(UnpackError::TooLarge),
            "{coding}"
        );
        assert_eq!(unpacker.into_partial(), [0; 50], "{coding}");
    }
}

#[test]
fn gzip_may_have_members_and_a_tail_of_padding() {
    let mut two = pack("gzip", b"one ");
    two.extend(pack("gzip", b"two"));
    for step in [1, 3, 1000] {
        assert_eq!(unpack("gzip", &two, 100, step), Ok(b"one two".to_vec()));
    }
    two.extend([0; 512]);
    assert_eq!(unpack("x-gzip", &two, 100, 7), Ok(b"one two".to_vec()));
    let crowd = pack("gzip", b"").repeat(MAX_MEMBERS as usize + 1);
    assert!(matches!(
        unpack("gzip", &crowd, 100, 4096),
        Err(UnpackError::Corrupt(_))
    ));
}

#[test]
fn a_tail_after_the_end_is_ignored() {
    for coding in ["deflate", "raw", "br"] {
        let mut packed = pack(coding, &text());
        packed.extend(b"tail");
        for step in [1, 1000] {
            assert_eq!(unpack(coding, &packed, 100, step), Ok(text()), "{coding}");
        }
    }
}

#[test]
fn a_zstd_window_past_what_http_allows_is_refused() {
    let packed = |window| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("memory");
        encoder.window_log(window).expect("a window");
        encoder.write_all(&text()).expect("memory");
        encoder.finish().expect("memory")
    };
    assert_eq!(unpack("zstd", &packed(23), 1000, 64), Ok(text()));
    let wide = unpack("zstd", &packed(24), 1000, 64);
    assert!(matches!(wide, Err(UnpackError::Corrupt(_))), "{wide:?}");
}

#[test]
fn a_wrong_checksum_is_no_body() {
    let mut packed = pack("gzip", &text());
    let crc = packed.len() - 8;
    packed[crc] ^= 1;
    assert_eq!(
        unpack("gzip", &packed, 1000, 64),
        Err(UnpackError::BrokenOff)
    );
}

#[test]
fn odd_content_encodings_are_plain_or_refused() {
    for plain in ["", "identity", "utf-8", "none", "UTF-8", "binary", " , "] {
        assert_eq!(
            unpack(plain, b"abc", 10, 2),
            Ok(b"abc".to_vec()),
            "{plain:?}"
        );
    }
    let gzip = pack("gzip", b"abc");
    assert_eq!(unpack("GZIP", &gzip, 10, 2), Ok(b"abc".to_vec()));
    assert_eq!(unpack("identity, gzip", &gzip, 10, 2), Ok(b"abc".to_vec()));
    for refused in ["gzip, br", "compress", "dcb"] {
        assert!(
            matches!(unpack(refused, b"abc", 10, 2), Err(UnpackError::Unknown(_))),
            "{refused}"
        );
    }
    assert!(matches!(
        unpack("gzip", b"<html>not gzip", 99, 99),
        Err(UnpackError::Corrupt(_))
    ));
}

#[test]
fn a_decoder_that_panics_is_a_fault_of_the_body() {
    let mut unpacker = Unpacker::new("", 100).expect("known");
    // stands for a decoder with a bug: a sink that holds more than it may cannot reckon its room
    unpacker.coding = Coding::Plain(Sink {
        bytes: vec![0; 200],
        max: 100,
        full: false,
    });
    let fault = unpacker.push(b"some text");
    let Err(UnpackError::Corrupt(why)) = fault else {
        panic!("{fault:?}")
    };
    assert!(why.contains("panicked"), "{why}");
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_body_or_a_word(
        packed: Vec<u8>, which in 0usize..CODINGS.len(), max in 0u64..4096, step in 1usize..64,
    ) {
        if let Ok(body) = unpack(CODINGS[which], &packed, max, step) {
            prop_assert!(body.len() as u64 <= max);
        }
    }

    #[test]
    fn a_damaged_stream_ends_in_a_body_or_a_word(
        which in 1usize..CODINGS.len(), at in 0usize..200, flip in 1u8.., step in 1usize..64,
    ) {
        let mut packed = pack(CODINGS[which], &text());
        let at = at % packed.len();
        packed[at] ^= flip;
        if let Ok(body) = unpack(CODINGS[which], &packed, 4096, step) {
            prop_assert!(body.len() <= 4096);
        }
    }

    #[test]
    fn what_was_packed_comes_out(
        plain in proptest::collection::vec(any::<u8>(), 0..3000), which in 0usize..4, step in 1usize..99,
    ) {
        let coding = ["gzip", "deflate", "raw", "zstd"][which];
        prop_assert_eq!(unpack(coding, &pack(coding, &plain), 3000, step), Ok(plain));
    }
}
