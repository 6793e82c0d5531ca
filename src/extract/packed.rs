//! Bodies that came packed although nothing said so: a `.xml.gz`, a server that packs twice.
//!
//! Knows gzip and zlib by their first bytes. What is unpacked is bounded by what came, so that a body
//! cannot grow without end; one that ends too early gives what came. Never fails: what cannot be
//! unpacked is left to the readers as it is.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

/// Texts pack to a twentieth at best; what grows by more is cut off here.
const GROWTH: u64 = 50;

/// An unpacked body.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What was done, in one line.
    pub(super) note: String,
}

/// Unpacks gzip or zlib; `None` if it is neither.
pub(super) fn unpack(packed: &[u8]) -> Option<Unpacked> {
    let most = packed.len() as u64 * GROWTH + 4_096;
    let mut bytes = Vec::new();
    let (name, ended) = match packed {
        [0x1f, 0x8b, 8, ..] => {
            let reader = MultiGzDecoder::new(packed);
            ("gzip", reader.take(most).read_to_end(&mut bytes))
        }
        // the two bytes of a zlib head are a multiple of 31
        [0x78, level, ..] if (0x7800 + u16::from(*level)).is_multiple_of(31) => {
            let reader = ZlibDecoder::new(packed);
            ("zlib", reader.take(most).read_to_end(&mut bytes))
        }
        _ => return None,
    };
    let is_whole = ended.is_ok() && (bytes.len() as u64) < most;
    // two letters of a text may look like zlib: then nothing of use comes out
    if bytes.is_empty() || name == "zlib" && !is_whole {
        return None;
    }
    let note = if is_whole {
        format!("the body was packed with {name} and did not say so")
    } else {
        format!("the body was packed with {name} and is not whole; what came was read")
    };
    Some(Unpacked { bytes, note })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn packed_bodies_are_unpacked_within_bounds() {
        let text = (0..500).fold(String::new(), |text, n| text + &format!("<item>{n}</item>"));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).expect("in memory");
        let gzip = gzip.finish().expect("in memory");
        assert_eq!(unpack(&gzip).expect("gzip").bytes, text.as_bytes());
        let cut = unpack(&gzip[..gzip.len() / 2]).expect("gzip, cut");
        assert!(text.as_bytes().starts_with(&cut.bytes) && cut.note.contains("not whole"));
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(text.as_bytes()).expect("in memory");
        let zlib = zlib.finish().expect("in memory");
        assert_eq!(unpack(&zlib).expect("zlib").bytes, text.as_bytes());
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![0; 10_000_000]).expect("in memory");
        let bomb = bomb.finish().expect("in memory");
        let opened = unpack(&bomb).expect("gzip").bytes.len();
        assert!(opened <= bomb.len() * 50 + 4_096, "{opened}");
        for text in ["x^ is a text", "x\u{1}", "", "<rss/>"] {
            assert!(unpack(text.as_bytes()).is_none(), "{text}");
        }
    }
}
