//! HTTP, Server-Sent Events and Socket.IO over the service.

mod config;

pub use config::{
    ConfigError, ConfigOption, LogFormat, OPTIONS, OptionKind, Place, Secret, ServeConfig, ServeFlags,
    reference_page,
};
