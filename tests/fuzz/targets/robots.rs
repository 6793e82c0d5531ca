//! robots.txt files, and the rules that keep us from a page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::robots(data);
});
