//! Unpacks a body as it arrives: gzip, deflate, brotli and zstd, with a bound on what comes out.
//!
//! Packed bytes go in chunk by chunk and unpacked bytes gather in one buffer that never grows past
//! its bound, so a bomb costs no more than an honest body of the largest size. A stream that breaks
//! off is an error; so is one whose checksum is wrong. Bytes after the end of a stream are ignored,
//! as browsers do, but for gzip, where another member may follow.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder};
use zstd::stream::zio;

use crate::model::guard;

/// What we can unpack, as `Accept-Encoding` says it.
pub(super) const ACCEPTED: &str = "gzip, br, zstd, deflate";

/// Largest zstd window: what RFC 9659 asks of HTTP.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Most gzip members in one body; each costs a fresh decoder.
const MAX_MEMBERS: u32 = 1024;
/// Working buffer of a decoder.
const BUFFER: usize = 16 << 10;

/// Why a body cannot be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UnpackError {
    /// More comes out than is allowed.
    TooLarge,
    /// The stream is broken.
    Corrupt(String),
    /// The stream ends too early, or its checksum is wrong.
    BrokenOff,
    /// An encoding that we did not ask for and do not know.
    Unknown(String),
}

/// A body being unpacked.
pub(super) struct Unpacker {
    coding: Coding,
    packed: u64,
}

enum Coding {
    Plain(Sink),
    Gzip { gzip: GzDecoder<Sink>, members: u32 },
    Ended(Sink),
    Inflate(Inflate),
    Brotli(Box<DecompressorWriter<Sink>>, bool),
    Zstd(zio::Writer<Sink, ZstdDecoder<'static>>),
}

impl Unpacker {
    /// For a body with this `Content-Encoding`, yielding at most `max` bytes.
    pub(super) fn new(encoding: &str, max: u64) -> Result<Self, UnpackError> {
        let sink = Sink {
            bytes: Vec::new(),
            max: usize::try_from(max).unwrap_or(usize::MAX),
            full: false,
        };
        let encoding = encoding.to_ascii_lowercase();
        let mut named = encoding
            .split(',')
            .map(str::trim)
            .filter(|name| !matches!(*name, "" | "identity" | "none"));
        let (first, second) = (named.next(), named.next());
        let coding = match (first, second) {
            (_, Some(_)) => return Err(UnpackError::Unknown(encoding)),
            (Some("gzip" | "x-gzip"), None) => Coding::Gzip {
                gzip: GzDecoder::new(sink),
                members: 1,
            },
            (Some("deflate"), None) => Coding::Inflate(Inflate::new(sink)),
            (Some("br"), None) => {
                Coding::Brotli(Box::new(DecompressorWriter::new(sink, BUFFER)), false)
            }
            (Some("zstd"), None) => Coding::Zstd(zstd(sink).map_err(|e| corrupt(&e))?),
            (Some("compress" | "x-compress" | "dcb" | "dcz" | "exi" | "pack200-gzip"), None) => {
                return Err(UnpackError::Unknown(encoding));
            }
            // a charset or a word of the server's own: the body is as it is
            _ => Coding::Plain(sink),
        };
        Ok(Self { coding, packed: 0 })
    }

    /// Takes the next packed bytes.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), UnpackError> {
        self.packed += chunk.len() as u64;
        match guard::catch(|| self.coding.write(chunk)) {
            Ok(done) => done.map_err(|e| self.fault(&e)),
            Err(panic) => Err(self.broken(&panic)),
        }
    }

    /// Packed bytes taken so far.
    pub(super) fn packed(&self) -> u64 {
        self.packed
    }

    /// Gives out what has been unpacked, if the stream is complete. An empty body is complete
    /// whatever it was announced as.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, UnpackError> {
        if self.packed == 0 {
            return Ok(Vec::new());
        }
        let complete = guard::catch(|| self.coding.finish());
        if complete.map_err(|panic| self.broken(&panic))? {
            Ok(self.coding.take())
        } else if self.coding.sink().full {
            Err(UnpackError::TooLarge)
        } else {
            Err(UnpackError::BrokenOff)
        }
    }

    /// What has been unpacked so far, complete or not.
    pub(super) fn into_partial(mut self) -> Vec<u8> {
        self.coding.take()
    }

    /// What a decoder leaves behind when it panics is not touched again.
    fn broken(&mut self, panic: &str) -> UnpackError {
        self.coding = Coding::Plain(Sink::default());
        UnpackError::Corrupt(format!("the unpacker panicked: {panic}"))
    }

    fn fault(&self, error: &io::Error) -> UnpackError {
        if self.coding.sink().full {
            UnpackError::TooLarge
        } else {
            corrupt(error)
        }
    }
}

fn corrupt(error: &io::Error) -> UnpackError {
    UnpackError::Corrupt(error.to_string())
}

fn zstd(sink: Sink) -> io::Result<zio::Writer<Sink, ZstdDecoder<'static>>> {
    let mut decoder = ZstdDecoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
    Ok(zio::Writer::new_with_capacity(sink, decoder, BUFFER))
}

impl Coding {
    fn write(&mut self, mut chunk: &[u8]) -> io::Result<()> {
        while !chunk.is_empty() {
            let taken = match self {
                Self::Plain(sink) => sink.write(chunk)?,
                Self::Ended(_) => chunk.len(),
                Self::Inflate(inflate) => inflate.write(chunk)?,
                Self::Zstd(zstd) => zstd.write(chunk)?,
                Self::Brotli(brotli, ended) => {
                    let taken = brotli.write(chunk)?;
                    *ended = taken < chunk.len();
                    if *ended { chunk.len() } else { taken }
                }
                Self::Gzip { gzip, members } => match gzip.write(chunk)? {
                    0 => {
                        // the member is complete: is there another?
                        gzip.try_finish()?;
                        let sink = std::mem::take(gzip.get_mut());
                        if chunk[0] != 0x1f {
                            *self = Self::Ended(sink);
                        } else if *members < MAX_MEMBERS {
                            *members += 1;
                            *gzip = GzDecoder::new(sink);
                        } else {
                            return Err(io::Error::other("too many gzip members"));
                        }
                        0
                    }
                    taken => taken,
                },
            };
            chunk = &chunk[taken..];
        }
        Ok(())
    }

    /// Is the stream complete?
    fn finish(&mut self) -> bool {
        match self {
            Self::Plain(_) | Self::Ended(_) => true,
            Self::Gzip { gzip, .. } => gzip.try_finish().is_ok(),
            Self::Inflate(inflate) => inflate.ended,
            Self::Brotli(brotli, ended) => *ended || brotli.close().is_ok(),
            Self::Zstd(zstd) => zstd.finish().is_ok(),
        }
    }

    fn sink(&self) -> &Sink {
        match self {
            Self::Plain(sink) | Self::Ended(sink) => sink,
            Self::Gzip { gzip, .. } => gzip.get_ref(),
            Self::Inflate(inflate) => &inflate.sink,
            Self::Brotli(brotli, _) => brotli.get_ref(),
            Self::Zstd(zstd) => zstd.writer(),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        let sink = match self {
            Self::Plain(sink) | Self::Ended(sink) => sink,
            Self::Gzip { gzip, .. } => gzip.get_mut(),
            Self::Inflate(inflate) => &mut inflate.sink,
            Self::Brotli(brotli, _) => brotli.get_mut(),
            Self::Zstd(zstd) => zstd.writer_mut(),
        };
        std::mem::take(&mut sink.bytes)
    }
}

/// Deflate with the zlib wrapper, as the standard says, or without, as some servers send it.
struct Inflate {
    sink: Sink,
    state: Option<Decompress>,
    ended: bool,
}

impl Inflate {
    fn new(sink: Sink) -> Self {
        Self {
            sink,
            state: None,
            ended: false,
        }
    }

    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(chunk.len());
        }
        // the low half of zlib's first byte is 8; raw deflate never begins so in practice
        let state = self
            .state
            .get_or_insert_with(|| Decompress::new(chunk[0] & 0x0f == 8));
        let mut taken = 0;
        let mut buffer = [0; BUFFER];
        loop {
            let (before_in, before_out) = (state.total_in(), state.total_out());
            let status = state.decompress(&chunk[taken..], &mut buffer, FlushDecompress::None)?;
            let read = usize::try_from(state.total_in() - before_in).unwrap_or(0);
            let made = usize::try_from(state.total_out() - before_out).unwrap_or(0);
            taken += read;
            self.sink.write_all(&buffer[..made])?;
            if status == Status::StreamEnd {
                self.ended = true;
                return Ok(chunk.len());
            }
            if read == 0 && made == 0 {
                return Ok(chunk.len());
            }
        }
    }
}

/// A buffer with a bound. Fills up to it, refuses the rest, and remembers that.
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    max: usize,
    full: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.max - self.bytes.len();
        self.bytes
            .extend_from_slice(&bytes[..room.min(bytes.len())]);
        if bytes.len() > room {
            self.full = true;
            return Err(io::Error::other("larger than allowed"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
