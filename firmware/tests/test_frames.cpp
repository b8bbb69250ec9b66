// Frames on a bad line: what is whole comes through, what is not is counted, and nothing lingers.
#include <random>

#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bytes;

namespace {

struct Reading {
  std::vector<Bytes> payloads;
  int corrupt = 0;
  int too_long = 0;
};

Reading read(const Bytes& bytes, uint8_t room = kMaxPayload) {
  Reading reading;
  Bytes memory(room);
  FrameReader reader(memory.data(), room);
  for (uint8_t byte : bytes) {
    switch (reader.feed(byte)) {
      case FrameReader::kPayload:
        reading.payloads.emplace_back(memory.begin(), memory.begin() + reader.size());
        break;
      case FrameReader::kTooLong: ++reading.too_long; break;
      case FrameReader::kCorrupt: ++reading.corrupt; break;
      case FrameReader::kNothing: break;
    }
  }
  return reading;
}

void every_size_and_every_zero() {
  std::mt19937 random(1);
  for (int size = 1; size <= kMaxPayload; ++size) {
    for (int zeros : {0, 2, 10, 256}) {  // none, half, a tenth, all
      Bytes payload(static_cast<size_t>(size));
      for (uint8_t& byte : payload) {
        const bool zero = zeros == 256 || (zeros != 0 && random() % static_cast<unsigned>(zeros) == 0);
        byte = zero ? 0 : static_cast<uint8_t>(1 + random() % 255);
      }
      const Bytes frame = bench::framed(payload);
      for (size_t i = 0; i + 1 < frame.size(); ++i) CHECK(frame[i] != 0);
      const Reading reading = read(frame);
      CHECK(reading.payloads == std::vector<Bytes>{payload} && reading.corrupt == 0);
    }
  }
}

void one_flipped_bit_is_noticed() {
  const Bytes payload = {3, 0, 0, 1, 2, 3, 0, 255, 128, 0};
  const Bytes frame = bench::framed(payload);
  for (size_t bit = 0; bit < (frame.size() - 1) * 8; ++bit) {
    Bytes broken = frame;
    broken[bit / 8] = static_cast<uint8_t>(broken[bit / 8] ^ 1u << bit % 8);
    broken.insert(broken.end(), frame.begin(), frame.end());
    const Reading reading = read(broken);
    CHECK(reading.corrupt >= 1);
    CHECK(reading.payloads == std::vector<Bytes>{payload});
  }
}

void garbage_costs_no_later_frame() {
  std::mt19937 random(2);
  const Bytes payload = {0x87, 7};
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes(random() % 600);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    bytes.push_back(0);
    const Bytes frame = bench::framed(payload);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    const Reading reading = read(bytes);
    CHECK(!reading.payloads.empty() && reading.payloads.back() == payload);
  }
}

void a_long_frame_is_no_corrupt_one() {
  const Reading reading = read(bench::framed(Bytes(100, 5)), 99);
  CHECK(reading.too_long == 1 && reading.corrupt == 0 && reading.payloads.empty());
  const Reading endless = read(Bytes(5000, 7));
  CHECK(endless.payloads.empty());
}

}  // namespace

void test_frames() {
  every_size_and_every_zero();
  one_flipped_bit_is_noticed();
  garbage_costs_no_later_frame();
  a_long_frame_is_no_corrupt_one();
}
