//! Pages: markup, main content, walls; Markdown and plain text by their looks.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::read("page", data);
});
