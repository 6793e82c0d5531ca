//! The lines of a recording: of a file or of stdin (`-`), as they are or packed by gzip or Zstandard.
//! Blank lines and a byte order mark are left out; a line is bounded.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::context::Misuse;

/// Longest line, in bytes.
const LONGEST: u64 = 16 << 20;
/// What packed streams begin with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Lines that are read one by one.
pub(super) struct Lines {
    /// As the user calls it.
    pub(super) name: String,
    /// Can it be read again, as it is?
    pub(super) is_plain_file: bool,
    /// How far the reading is, on stderr.
    pub(super) bar: ProgressBar,
    reader: Box<dyn BufRead>,
    number: u64,
    line: Vec<u8>,
    /// The line was looked at and comes once more.
    again: bool,
}

impl Lines {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        if path.as_os_str() == "-" {
            let bar = bar(None);
            return Self::of("stdin".to_owned(), bar.wrap_read(io::stdin()), bar, false);
        }
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("opening {name}"))?;
        // a pipe has no length
        let length = file.metadata().ok().filter(std::fs::Metadata::is_file);
        let bar = bar(length.map(|data| data.len()));
        Self::of(name, bar.wrap_read(file), bar, true)
    }

    fn of(
        name: String,
        raw: impl Read + 'static,
        bar: ProgressBar,
        is_file: bool,
    ) -> anyhow::Result<Self> {
        let mut raw = BufReader::with_capacity(1 << 16, raw);
        let head = raw.fill_buf().with_context(|| format!("reading {name}"))?;
        let (gzip, zstd) = (head.starts_with(&GZIP), head.starts_with(&ZSTD));
        let reader: Box<dyn BufRead> = if gzip {
            Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(raw)))
        } else if zstd {
            let unpacked = zstd::stream::read::Decoder::with_buffer(raw);
            Box::new(BufReader::new(
                unpacked.with_context(|| format!("reading {name}"))?,
            ))
        } else {
            Box::new(raw)
        };
        Ok(Self {
            name,
            is_plain_file: is_file && !gzip && !zstd,
            bar,
            reader,
            number: 0,
            line: Vec::new(),
            again: false,
        })
    }

    /// The next line with something on it, and its number.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<(u64, &[u8])>> {
        let mut again = std::mem::take(&mut self.again);
        loop {
            if !again && !self.read()? {
                return Ok(None);
            }
            again = false;
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, self.line.trim_ascii())))
    }

    /// The next line as [`Lines::next`] will give it once more.
    pub(super) fn peek(&mut self) -> anyhow::Result<Option<(u64, &[u8])>> {
        let found = self.next()?.is_some();
        self.again = found;
        Ok(found.then(|| (self.number, self.line.trim_ascii())))
    }

    fn read(&mut self) -> anyhow::Result<bool> {
        self.line.clear();
        let mut bounded = (&mut self.reader).take(LONGEST);
        let read = bounded.read_until(b'\n', &mut self.line);
        let read = read.with_context(|| format!("reading {}", self.name))?;
        self.number += 1;
        if read as u64 == LONGEST && !self.line.ends_with(b"\n") {
            let (name, number) = (&self.name, self.number);
            return Err(Misuse(format!("{name}:{number}: the line is longer than 16 MB")).into());
        }
        if self.number == 1 && self.line.starts_with("\u{feff}".as_bytes()) {
            self.line.drain(..'\u{feff}'.len_utf8());
        }
        Ok(read > 0)
    }
}

/// Shown only where results do not scroll by themselves.
fn bar(length: Option<u64>) -> ProgressBar {
    if io::stdout().is_terminal() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, style) = match length {
        Some(length) => (
            ProgressBar::new(length),
            "{bar:30} {bytes}/{total_bytes}, {eta} left  {msg}",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {msg}"),
    };
    bar.with_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}
