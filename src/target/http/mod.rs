//! HTTP targets. What would be sent is worked out without any connection (`render` and what it uses); sending and
//! reading (`call`), what an answer means (`judge`), logins and look-ups stand beside it. Nothing here retries or sleeps,
//! but for the pacing of `rate:`.

mod answer;
mod body;
mod call;
mod capture;
mod certain;
mod condition;
mod judge;
mod login;
mod lookup;
mod oauth;
mod render;
mod session;
mod steps;
mod target;
mod tokens;
mod unroll;
mod walk;

#[cfg(test)]
mod tests;

pub use certain::always_renders;
pub use render::render_steps;
pub use target::HttpTarget;
pub use tokens::OAuthTokens;
