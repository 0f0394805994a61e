#pragma once
#include <string>
#include <vector>

/// Small files that commands write, and words for the shell.
namespace unhedged::app {

/// Whether a file could be written there; changes nothing. errors  IoError
void require_writable(const std::string& path, const std::vector<std::string>& inputs, bool force);

/// Writes a whole file, or none. `inputs`: files it may not replace. errors  IoError
void write_file(const std::string& path, const std::string& text, const std::vector<std::string>& inputs,
                bool force);

/// A word as a shell of POSIX takes it, in quotes where it needs them.
std::string in_shell(const std::string& word);

}  // namespace unhedged::app
