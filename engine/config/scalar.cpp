#include "engine/config/scalar.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

struct NumberAndSuffix {
  std::string number;
  std::string suffix;
};

bool is_number_character(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '+' || c == '-';
}

/// Cuts "30 d" into "30" and "d"; the exponent of 1e6 belongs to the number.
NumberAndSuffix cut(const std::string& text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const bool exponent = (text[i] == 'e' || text[i] == 'E') && i > 0 && i + 1 < text.size() &&
                          (std::isdigit(static_cast<unsigned char>(text[i + 1])) ||
                           ((text[i + 1] == '-' || text[i + 1] == '+') && i + 2 < text.size()));
    if (!is_number_character(text[i]) && !exponent) break;
    ++i;
  }
  std::size_t start = i;
  while (start < text.size() && text[start] == ' ') ++start;
  return {text.substr(0, i), text.substr(start)};
}

bool has_digit_on_both_sides(const std::string& text, std::size_t i) {
  const auto digit = [&](std::size_t k) {
    return k < text.size() && std::isdigit(static_cast<unsigned char>(text[k]));
  };
  return i > 0 && digit(i - 1) && digit(i + 1);
}

bool looks_octal(const std::string& text) {
  const std::size_t start = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.size() > start + 1 && text[start] == '0' &&
         std::isdigit(static_cast<unsigned char>(text[start + 1]));
}

struct TimeSymbol {
  const char* symbol;
  Duration::TimeUnit unit;
};
constexpr std::array<TimeSymbol, 7> kTimeSymbols{{{"y", Duration::TimeUnit::year},
                                                  {"mo", Duration::TimeUnit::month},
                                                  {"w", Duration::TimeUnit::week},
                                                  {"d", Duration::TimeUnit::day},
                                                  {"h", Duration::TimeUnit::hour},
                                                  {"min", Duration::TimeUnit::minute},
                                                  {"s", Duration::TimeUnit::second}}};

}  // namespace

std::optional<double> parse_number(const std::string& text, std::string& why) {
  const auto refuse = [&](const char* how) {
    why = in_quotes(text) + how;
    return std::optional<double>();
  };
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') digits += text[i];
    else if (!has_digit_on_both_sides(text, i)) return refuse(" is not a number");
  }
  if (looks_octal(digits)) return refuse(" starts with 0 and could be octal; write it without");
  const char* begin = digits.data() + (!digits.empty() && digits[0] == '+' ? 1 : 0);
  const char* end = digits.data() + digits.size();
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range) return refuse(" is out of range");
  if (error != std::errc{} || stop != end || begin == end) return refuse(" is not a number");
  if (!std::isfinite(value)) return refuse(" is not finite");
  return value;
}

std::optional<std::uint64_t> parse_integer(const std::string& text, std::string& why) {
  const auto plain = parse_number(text, why);
  if (!plain) return {};
  std::string digits;
  for (const char c : text)
    if (c != '_') digits += c;
  std::uint64_t exact = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exact);
  if (error == std::errc{} && stop == digits.data() + digits.size()) return exact;
  if (*plain >= 0 && *plain <= 0x1p53 && std::floor(*plain) == *plain)
    return static_cast<std::uint64_t>(*plain);
  if (*plain >= 0x1p64) why = in_quotes(text) + " is out of range";
  else if (*plain > 0x1p53) why = in_quotes(text) + " is too large for an exponent: write it digit by digit";
  else why = in_quotes(text) + " is not a whole number >= 0";
  return {};
}

std::optional<double> parse_quantity(const std::string& text, Unit unit, std::string& why) {
  const NumberAndSuffix parts = cut(text);
  if (parts.suffix.empty()) return parse_number(text, why);
  const bool ratio = unit == Unit::ratio;
  const double scale = ratio && parts.suffix == "%"                       ? 1e-2
                       : ratio && parts.suffix == "bp"                    ? 1e-4
                       : unit == Unit::deviations && parts.suffix == "sd" ? 1
                                                                          : 0;
  if (scale == 0) {
    why = in_quotes(text) + " is not " + spelling(unit);
    return {};
  }
  const auto number = parse_number(parts.number, why);
  if (!number) return {};
  return scale == 1 ? *number : scale == 1e-2 ? *number / 100 : *number / 10000;
}

std::optional<Level> parse_level(const std::string& text, Unit unit, std::string& why) {
  const NumberAndSuffix parts = cut(text);
  if (parts.suffix == "x") {
    const auto multiple = parse_number(parts.number, why);
    if (!multiple) return {};
    return Level{*multiple, true};
  }
  const auto value = parse_quantity(text, unit, why);
  if (!value) {
    why += ", nor a multiple of today's market such as 3 x";
    return {};
  }
  return Level{*value, false};
}

std::optional<Strike> parse_strike(const std::string& text, std::string& why) {
  const NumberAndSuffix parts = cut(text);
  const auto number = parse_number(parts.suffix == "%" ? parts.number : text, why);
  if (!number) {
    why += "; a strike is a price or a percentage of today's spot such as 95 %";
    return {};
  }
  return parts.suffix == "%" ? Strike{*number / 100, true} : Strike{*number, false};
}

std::optional<Duration> parse_duration(const std::string& text, std::string& why) {
  const NumberAndSuffix parts = cut(text);
  for (const TimeSymbol& symbol : kTimeSymbols) {
    if (parts.suffix != symbol.symbol) continue;
    const auto number = parse_number(parts.number, why);
    if (!number) return {};
    return Duration{*number, symbol.unit};
  }
  const bool bare = parts.suffix.empty() && !parts.number.empty();
  const auto number = bare ? parse_number(parts.number, why) : std::nullopt;
  if (number == 0.0) return Duration{};
  const std::string shown = excerpt(text);
  if (number) why = '"' + shown + "\" has no unit: write " + shown + " s, min, h, d, w, mo or y";
  else if (!bare) why = '"' + shown + "\" is not a time such as 30 d, 1 h, 15 min, 2 w, 6 mo or 1 y";
  return {};
}

std::optional<Date> parse_date(const std::string& text, std::string& why) {
  why = in_quotes(text) + " is not a date such as 2020-03-11";
  const std::string shape = "dddd-dd-dd";
  if (text.size() != shape.size()) return {};
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != '-') return {};
  const auto number = [&](std::size_t from, std::size_t length) {
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + length, value);
    return value;
  };
  const Date date{std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
                  std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (date.year() < std::chrono::year(1900) || !date.ok()) return {};
  return date;
}

std::optional<Expiry> parse_expiry(const std::string& text, std::string& why) {
  const bool dashed = text.size() > 4 && text[4] == '-' && std::isdigit(static_cast<unsigned char>(text[3]));
  if (dashed) {
    const auto date = parse_date(text, why);
    if (date) return Expiry{*date};
    return {};
  }
  const auto duration = parse_duration(text, why);
  if (duration) return Expiry{*duration};
  why += ", nor a date such as 2020-03-27";
  return {};
}

std::string format_number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", x);
  return text;
}

std::string to_string(const Duration& duration) {
  return format_number(duration.amount) + " " + std::string(symbol_of(duration.unit));
}

}  // namespace unhedged::config
