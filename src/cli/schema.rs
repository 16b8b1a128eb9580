//! `eintrag schema`.

use super::output::Output;
use super::{Done, Failed, exit};
use crate::recipe;

pub(super) fn schema(output: &Output) -> Done {
    let text = serde_json::to_string_pretty(&recipe::schema()).map_err(|error| Failed::usage(error.to_string()))?;
    output.data(&text)?;
    Ok(exit::GOOD)
}
