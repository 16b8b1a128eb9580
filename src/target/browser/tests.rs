//! Tests in a real browser, against small pages that are served here.

mod ends;
mod evidence;
mod fields;
mod fixture;
mod kept;
mod steps;
mod strict;
