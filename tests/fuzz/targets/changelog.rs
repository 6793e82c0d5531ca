//! Changelogs: dated entries from markup, Markdown and plain text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::read("changelog", data);
});
