// source  FIPS 180-4 examples (NIST, "SHA256.pdf") and NIST CAVP, SHA256ShortMsg; other lengths by Python's
// hashlib.
#include <string>

#include "engine/output/sha256.hpp"
#include "tests/support/catch.hpp"

using unhedged::output::sha256;

TEST_CASE("SHA-256 gives the digests that the standard publishes") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(sha256("\xd3") == "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
}

TEST_CASE("SHA-256 pads every length around a block") {
  CHECK(sha256(std::string(55, 'u')) == "0ca01ee60257d2191b570046a2bcab086c75ebab545f8d690840265385594699");
  CHECK(sha256(std::string(56, 'u')) == "8715318f741444913b0c10e87db38ad144fc37b5b9b07162516269d1c2c7deec");
  CHECK(sha256(std::string(63, 'u')) == "99e4382ca95c295d0fda8eee942a39effb1e18538478fc6a3ce282cf876bf1a2");
  CHECK(sha256(std::string(64, 'u')) == "1a2292f74f3d18b5a195069c146052a6be9466cd22b496eba6c7aec78317cc37");
  CHECK(sha256(std::string(65, 'u')) == "f20e249d15fa4b9f44ba21d154f62e1efa76ddfdce5d25139a33a4787cee5a8b");
  CHECK(sha256(std::string(119, 'u')) == "2eb6e8ed21c50a1ad7acdeac0634aac587e980e7b1a5272ce3a434804235217f");
  CHECK(sha256(std::string(120, 'u')) == "4f664b6376bf677ee8d6291046314fd4c33488e4235c8bef974eddbcffd73d10");
  CHECK(sha256(std::string(128, 'u')) == "053560dcefaa0c70e21a2891b8bb693be78065a206f0086a4c79a98742ec8761");
}
