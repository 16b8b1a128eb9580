//! `eintrag schema`.

use super::output::Output;
use super::{Done, Failed, exit};

pub(super) fn schema(output: &Output) -> Done {
    let text =
        serde_json::to_string_pretty(&serde_json::json!({})).map_err(|error| Failed::usage(error.to_string()))?;
    output.data(&text)?;
    Ok(exit::GOOD)
}
