// The golden vectors that Python reads too: each payload sealed, each frame read, and the messages
// that a device makes by itself compared with those that Python's own encoder made.
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bytes;

namespace {

struct Vector {
  Bytes payload, frame;
};

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::map<std::string, Vector> read_vectors(const char* path) {
  std::map<std::string, Vector> vectors;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string name, payload, frame;
    if (line.empty() || line[0] == '#' || !(fields >> name >> payload >> frame)) continue;
    vectors[name] = {from_hex(payload), from_hex(frame)};
  }
  return vectors;
}

// The entry device of tests/wire/cases.py, as a board.
struct EntryBoard : bench::PlainBoard {
  ChannelInfo channel(uint8_t s, uint8_t) override {
    return {static_cast<uint8_t>(s + 1), kVolt, 2328, -12, 8388607, 0};
  }
};

void hello_is_the_golden_one(const Bytes& golden, uint16_t capacity) {
  const uint8_t uid[3] = {0xA0, 0xB1, 0xC2};
  const Identity identity = {"nano", uid, 3, 65535, 0, 1, 1, 2, 30};
  EntryBoard board;
  board.capacity = capacity;
  board.streams.assign(4, StreamInfo{24, 1, 4, 80000, 25000});
  StreamState states[4];
  uint8_t talk[250], notice[80];
  uint8_t none[1];
  Ring ring(none, 0, 0);
  Sampler sampler(ring, states, 4);
  bench::PlainStorage storage;
  CalibrationStore store(storage, 0, 240);
  Device device(board, identity, ring, sampler, store, storage, 1000, {talk, 250, notice, 80});
  device.begin();
  const Frame frame = device.next_frame();
  CHECK(Bytes(frame.bytes, frame.bytes + frame.size) == golden);
}

void block_is_the_golden_one(const Bytes& golden) {
  bench::Bench b({bench::force_stream()});
  b.drain();
  b.ask({kStart, 0});
  b.drain();
  for (int i = 0; i < 16; ++i) b.sample(0, 0);  // block_int24 begins at sample 16
  b.heard();
  b.board.now = 0xFFFFFF00;
  const uint8_t* data = golden.data() + block::kData;
  b.device.take(0, data, 0xFFFFFF00, 0);
  b.device.take(0, data + 12, 0, 0);
  b.ask({kStop, 1});
  Bytes expected = golden;
  expected[block::kFlags] = kSaturated;  // it holds both full scales, and the sampler says so
  CHECK(b.heard().at(0) == expected);
}

void verdicts_are_the_golden_ones(const std::map<std::string, Vector>& vectors) {
  bench::Bench b({bench::force_stream()});
  b.drain();
  b.ask({kStart, 9});
  CHECK(b.heard().back() == vectors.at("ack").payload);
  b.feed(vectors.at("probe_time").frame);
  const Bytes reply = b.heard().at(b.sent.size());
  CHECK(reply.size() == vectors.at("time_reply").payload.size());
  CHECK(reply[0] == kTimeReply && reply[1] == 8);
}

}  // namespace

void test_vectors(const char* path) {
  const std::map<std::string, Vector> vectors = read_vectors(path);
  CHECK(vectors.size() >= 25);
  for (const auto& item : vectors) {
    const Vector& v = item.second;
    CHECK(bench::framed(v.payload) == v.frame);
    Bytes copy = v.frame;
    unseal(copy.data());
    CHECK(Bytes(copy.begin() + 1, copy.end() - 3) == v.payload);
    Bytes room(kMaxPayload);
    FrameReader reader(room.data(), kMaxPayload);
    FrameReader::Result result = FrameReader::kNothing;
    for (uint8_t byte : v.frame) result = reader.feed(byte);
    CHECK(result == FrameReader::kPayload);
    room.resize(reader.size());
    CHECK(room == v.payload);
  }
  hello_is_the_golden_one(vectors.at("hello_entry").frame, 0);
  hello_is_the_golden_one(vectors.at("hello_capacity").frame, 736);
  block_is_the_golden_one(vectors.at("block_int24").payload);
  verdicts_are_the_golden_ones(vectors);
}
