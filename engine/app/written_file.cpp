#include "engine/app/written_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "engine/config/load.hpp"
#include "engine/core/errors.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::app {
namespace {

output::TargetFile target_of(const std::string& path, const std::vector<std::string>& inputs, bool force) {
  return {config::without_dots(path), force ? output::Existing::replace : output::Existing::refuse, inputs};
}

}  // namespace

void require_writable(const std::string& path, const std::vector<std::string>& inputs, bool force) {
  output::require_free(target_of(path, inputs, force));
}

void write_file(const std::string& path, const std::string& text, const std::vector<std::string>& inputs,
                bool force) {
  output::SafeFile file(target_of(path, inputs, force));
  std::ofstream out(file.temporary(), std::ios::binary);
  out << text;
  out.close();
  if (!out) throw IoError(path, std::string("cannot be written: ") + std::strerror(errno));
  file.flush();
  file.commit();
}

std::string in_shell(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./=:,+%@") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace unhedged::app
