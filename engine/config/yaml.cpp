#include "engine/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <sstream>
#include <unordered_set>

#include "engine/config/flow.hpp"
#include "engine/config/text.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

[[noreturn]] void refuse(Mark mark, const std::string& message) {
  throw ConfigError({Problem{std::move(mark), "", message, Severity::error}});
}

std::size_t node_count(const Record& record) {
  std::size_t count = 1;
  for (const Record& item : record.list) count += node_count(item);
  for (const Record::Entry& entry : record.map) count += node_count(entry.value);
  return count;
}

/// Builds a Record from parser events; every check that YAML itself does not make is made here.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::shared_ptr<const std::string> file) : file_(std::move(file)) {
    root_.mark = {file_, 1, 1};
  }

  Record take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(place(mark), "a second YAML document; one file holds one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish({Record::Kind::null, place(mark), {}, {}, {}}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(place(mark), "an alias to something that contains it");
    aliased_nodes_ += node_count(found->second);
    if (aliased_nodes_ > kMostAliasedNodes)
      refuse(place(mark), "aliases repeat more than " + std::to_string(kMostAliasedNodes) +
                              " nodes; write them out or use fewer");
    finish(found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    require_escapes(mark, value);
    finish(scalar_record(value, place(mark)), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Record::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Record::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Record record;
    YAML::anchor_t anchor;
    std::optional<Record> key;              // a key read, its value still to come
    std::unordered_set<std::string> known;  // keys so far
  };

  Mark place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(place(mark), "tags such as " + excerpt(tag) + " are not accepted");
  }

  /// The text around it is sound, but an escape such as "\0" can still make what is not.
  void require_escapes(const YAML::Mark& mark, const std::string& value) const {
    if (first_foreign_byte(value) != kAllText)
      refuse(place(mark), "an escape makes " + describe_foreign_byte(value, first_foreign_byte(value)));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Record::Kind kind) {
    refuse_tag(mark, tag);
    if (stack_.size() >= kDeepest)
      refuse(place(mark), "nested deeper than " + std::to_string(kDeepest) + " levels");
    stack_.push_back({{kind, place(mark), {}, {}, {}}, anchor, {}, {}});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(done.record), done.anchor);
  }

  void finish(Record record, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = record;
    if (stack_.empty()) {
      root_ = std::move(record);
      return;
    }
    Open& parent = stack_.back();
    if (parent.record.is_list()) parent.record.list.push_back(std::move(record));
    else if (!parent.key) accept_key(parent, std::move(record));
    else accept_value(parent, std::move(record));
  }

  static void accept_key(Open& parent, Record key) {
    if (!key.is_scalar()) refuse(key.mark, "a key must be a single word");
    if (!parent.known.insert(key.text).second) refuse(key.mark, "duplicate key " + in_quotes(key.text));
    parent.key = std::move(key);
  }

  static void accept_value(Open& parent, Record value) {
    parent.record.map.push_back({parent.key->text, parent.key->mark, std::move(value)});
    parent.key.reset();
  }

  std::shared_ptr<const std::string> file_;
  Record root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Record> anchors_;
  std::size_t aliased_nodes_ = 0;
  int documents_ = 0;
};

}  // namespace

Record parse_yaml(const std::string& original, const std::string& name) {
  const std::string text = plain_text(original, name);
  const auto file = std::make_shared<const std::string>(name);
  if (text.size() > kLargestYamlBytes)
    refuse({file, 0, 0}, "larger than " + std::to_string(kLargestYamlBytes >> 20) + " MiB");
  require_text(text, {file, 1, 1});
  if (auto simple = read_flow(text, file, kDeepest)) return std::move(*simple);
  Builder builder(file);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    const Mark mark{file, error.mark.is_null() ? 0 : error.mark.line + 1, error.mark.column + 1};
    refuse(mark, "not valid YAML: " + error.msg);
  }
  return builder.take();
}

Record load_yaml(const std::string& path) { return parse_yaml(read_text(path), path); }

}  // namespace unhedged::config
