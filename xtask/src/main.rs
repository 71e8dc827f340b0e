//! Builds what cargo alone does not: `cargo run -p xtask -- wasm <folder>` puts the WebAssembly modules of the npm
//! package and the JavaScript that wasm-bindgen makes for them into a folder: `web` for browsers, `node` for Node;
//! `cargo run -p xtask -- tests <folder>` does so with the tests of the crates that run in browsers alone.

mod tests;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
/// The modules, what is in each beside the rest, and cargo's profile: browsers load it, Node only reads it.
const MODULES: [(&str, &str, &str); 2] = [("web", "small", "wasm"), ("node", "sqlite", "wasm-fast")];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [task, folder] = arguments.as_slice() else {
        eprintln!("usage: cargo run -p xtask -- <wasm or tests> <folder>");
        return ExitCode::FAILURE;
    };
    let done = match task.as_str() {
        "wasm" => MODULES
            .iter()
            .try_for_each(|(name, features, profile)| wasm(&Path::new(folder).join(name), features, profile)),
        "tests" => tests::build(Path::new(folder)),
        other => Err(format!("there is no task `{other}`; there are `wasm` and `tests`").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wasm(folder: &Path, features: &str, profile: &str) -> Result<(), Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "-p", "onefold-wasm", "--target", TARGET, "--profile", profile])
        .args(["--features", features])
        .env("RUSTFLAGS", without_paths())
        .status()?;
    if !built.success() {
        return Err("cargo could not build onefold-wasm".into());
    }
    Bindgen::new()
        .input_path(target_folder().join(TARGET).join(profile).join("onefold_wasm.wasm"))
        .out_name("onefold")
        .web(true)?
        .typescript(true)
        .remove_producers_section(true)
        .generate(folder)?;
    Ok(())
}

/// Flags that keep the folders of this machine out of the module: messages of panics name their source.
fn without_paths() -> String {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let within_home =
        |variable, folder| env::var_os(variable).map_or_else(|| home.join(folder), PathBuf::from);
    let here = env::current_dir().unwrap_or_default();
    [here, within_home("CARGO_HOME", ".cargo"), within_home("RUSTUP_HOME", ".rustup")]
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()))
        .join(" ")
}

fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}
