#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "engine/config/field.hpp"
#include "engine/core/calendar.hpp"

/// Single values as users write them. Every parser returns nothing and a message on failure.
namespace unhedged::config {

/// A number given outright, or as a multiple ("3 x") of today's market value.
struct Level {
  double value = 0;
  bool is_multiple = false;

  double resolve(double today) const { return is_multiple ? value * today : value; }
};

/// A strike in account currency, or in percent of today's spot.
struct Strike {
  double value = 0;
  bool is_relative = false;
};

/// A calendar day, for dates of expiry: from 1900 on, and one that exists.
using Date = std::chrono::year_month_day;

/// Time to an expiry, or its date.
using Expiry = std::variant<Duration, Date>;

/// Decimal numbers only: no hex, no octal look-alikes, no nan, no infinity; "_" may separate digits.
std::optional<double> parse_number(const std::string& text, std::string& why);

/// 100_000, 1e6 and 1000000 alike.
std::optional<std::uint64_t> parse_integer(const std::string& text, std::string& why);

/// A number with the suffixes of its unit.
std::optional<double> parse_quantity(const std::string& text, Unit unit, std::string& why);

std::optional<Level> parse_level(const std::string& text, Unit unit, std::string& why);
std::optional<Strike> parse_strike(const std::string& text, std::string& why);
std::optional<Duration> parse_duration(const std::string& text, std::string& why);
std::optional<Date> parse_date(const std::string& text, std::string& why);
std::optional<Expiry> parse_expiry(const std::string& text, std::string& why);

/// 30 d, 5 %, 3 x ... as a user would write it.
std::string to_string(const Duration& duration);
std::string format_number(double x);

}  // namespace unhedged::config
