// Each command and what must be said to it, whole, torn and nonsensical.
#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bench;
using bench::Bytes;

namespace {

Bytes ack(uint8_t request, uint8_t command, uint8_t detail = 0) {
  return {kAck, request, command, detail, 0, 0, 0};
}
Bytes nak(uint8_t request, uint8_t command, uint8_t reason) {
  return {kNak, request, command, reason, 0, 0, 0, 0};
}

void hello_comes_first_and_when_asked() {
  Bench b({bench::force_stream()});
  const std::vector<Bytes> first = b.heard();
  CHECK(first.size() == 1 && first[0][0] == kHello && first[0][1] == kProtocol);
  b.ask({kAskHello, 5});
  const std::vector<Bytes> again = b.heard();
  CHECK(again.size() == 2 && again[0] == first[0] && again[1] == ack(5, kAskHello));
}

void start_and_stop() {
  Bench b({bench::force_stream()});
  b.heard();
  b.sample(0, 1);  // before start there is no stream
  b.ask({kStop, 9});
  const std::vector<Bytes> idle = b.heard();
  CHECK(idle.size() == 2 && idle[0][0] == kStatus && idle[1] == ack(9, kStop));
  b.ask({kStart, 1});
  CHECK(b.heard() == std::vector<Bytes>{ack(1, kStart)});
  for (uint32_t i = 0; i < 20; ++i) b.sample(0, i);
  b.ask({kStop, 2});
  const std::vector<Bytes> heard = b.heard();
  CHECK(heard.size() == 4);
  CHECK(heard[0][block::kN] == 16 && heard[1][block::kN] == 4);
  CHECK(heard[2][0] == kStatus && heard[3] == ack(2, kStop));
  CHECK((heard[2][5] & kStreaming) == 0);
  b.ask({kStart, 3});  // twice: the counters begin anew
  b.ask({kStart, 4});
  b.heard();
  for (uint32_t i = 0; i < 16; ++i) b.sample(0, i);
  CHECK(get32(b.heard().at(0).data() + block::kFirst) == 0);
}

void absent_converter_refuses_start_only() {
  Bench b({bench::force_stream()});
  b.heard();
  b.board.present = false;
  b.ask({kStart, 1});
  CHECK(b.heard() == std::vector<Bytes>{nak(1, kStart, kConverterAbsent)});
  b.ask({kAskHello, 2});
  CHECK(b.heard().size() == 2);
  b.ask({kAskStatus, 3});
  CHECK((b.heard().at(0)[5] & kConverterIsAbsent) != 0);
  b.ask({kSelfTest, 4});
  CHECK((b.heard().at(0) == Bytes{kSelfTestReply, 4, kConverterFailed, 0}));
  b.ask({kAskStatus, 5});
  CHECK((b.heard().at(0)[5] & kSelfTestFailed) != 0);
}

void rate() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({kSetRate, 1, 0, 0x20, 0xA1, 0x07, 0x00});  // 500 Hz
  const std::vector<Bytes> heard = b.heard();
  CHECK(heard.size() == 2 && heard[0][0] == kHello && heard[1] == ack(1, kSetRate));
  const size_t rate_at = 15 + 6 + 4 + 1 + 2;  // head, board, uid, streams, id and width
  CHECK(get32(heard[0].data() + rate_at) == 500000);
  b.ask({kSetRate, 2, 1, 0x20, 0xA1, 0x07, 0x00});
  CHECK(b.heard() == std::vector<Bytes>{nak(2, kSetRate, kBadArgument)});
  b.ask({kSetRate, 3, 0, 0, 0, 0, 0});
  CHECK(b.heard() == std::vector<Bytes>{nak(3, kSetRate, kBadArgument)});
  b.ask({kStart, 4});
  b.ask({kSetRate, 5, 0, 0x20, 0xA1, 0x07, 0x00});
  CHECK(b.heard().back() == nak(5, kSetRate, kBusyStreaming));
}

void time_is_told() {
  Bench b({bench::force_stream()});
  b.heard();
  b.board.now = 1000;
  b.feed(bench::framed({kProbeTime, 1}));
  b.board.now = 1234;
  const std::vector<Bytes> heard = b.heard();
  CHECK(get32(heard[0].data() + 2) == 1000 && get32(heard[0].data() + 6) == 1234);
}

void status_each_second() {
  Bench b({bench::force_stream()});
  b.heard();
  b.board.now = 0xFFFFFF00;  // the tick wraps in between
  b.ask({kStart, 1});
  b.heard();
  int statuses = 0;
  for (uint32_t i = 0; i < 5001; ++i) {
    b.sample(0, i);
    for (const Bytes& p : b.heard()) statuses += p[0] == kStatus;
    b.board.now += 1000;
  }
  CHECK(statuses == 5);
}

void triggers_do_not_starve_the_stream() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({kStart, 1});
  b.heard();
  for (uint16_t i = 0; i < 100; ++i) b.board.edges.push_back({1, 1, i, i});
  for (uint32_t i = 0; i < 16; ++i) b.sample(0, i);
  b.pull();
  b.pull();
  CHECK(b.sent.at(0)[0] == kTrigger && b.sent.at(1)[0] == kSampleBlock);
  CHECK(b.heard().size() == 101);
}

void nonsense() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({0x99, 1});
  CHECK(b.heard() == std::vector<Bytes>{nak(1, 0x99, kUnknownCommand)});
  b.ask({0x00, 2});
  CHECK(b.heard() == std::vector<Bytes>{nak(2, 0x00, kUnknownCommand)});
  b.ask({kResend, 3, 0});  // cut short, with a sound CRC
  CHECK(b.heard() == std::vector<Bytes>{nak(3, kResend, kBadArgument)});
  b.ask(Bytes(251, kWriteCalibration));  // more than there is room for
  CHECK(b.heard().at(0)[3] == kBadArgument);
  b.ask({kAskHello});  // no request: nobody to answer
  CHECK(b.heard().empty());
  Bytes torn = bench::framed({kAskStatus, 4});
  torn.resize(3);
  b.feed(torn);
  b.feed({0});
  CHECK(b.heard().empty());
  b.ask({kAskStatus, 5});
  CHECK(get16(b.heard().at(0).data() + 17) == 2);  // rx_errors
  b.ask({kDigitalOut, 6, 7, 1, 0, 0});
  CHECK(b.heard().at(0) == nak(6, kDigitalOut, kBadArgument));
  b.ask({kDigitalOut, 7, 0, 1, 0, 0});
  CHECK(b.heard().at(0) == ack(7, kDigitalOut));
}

void commands_in_one_breath() {
  Bench b({bench::force_stream()});
  b.heard();
  Bytes all;
  for (uint8_t i = 0; i < 20; ++i) {
    const Bytes frame = bench::framed({kAskStatus, i});
    all.insert(all.end(), frame.begin(), frame.end());
  }
  b.feed(all);
  const std::vector<Bytes> heard = b.heard();
  CHECK(heard.size() == 40);
  for (uint8_t i = 0; i < 20; ++i) CHECK(heard.at(2u * i + 1) == ack(i, kAskStatus));
  CHECK(b.sound);
}

// What went to each link since the last look, by the first byte of its payload.
Bytes heard_on(Bench& b, uint8_t link) {
  b.drain();
  Bytes types;
  for (size_t i = 0; i < b.sent.size(); ++i) {
    if (b.links.at(b.links.size() - b.sent.size() + i) == link) types.push_back(b.sent[i][0]);
  }
  return types;
}

void answers_go_where_the_command_came_from() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({kStart, 1}, 1);
  CHECK((heard_on(b, 1) == Bytes{kAck}));
  b.heard();
  for (uint32_t i = 0; i < 20; ++i) b.sample(0, i);
  b.ask({kAskHello, 2}, 0);
  b.drain();
  b.ask({kResend, 3, 0, 0, 0, 0, 0, 16, 0}, 0);
  CHECK((heard_on(b, 0) == Bytes{kHello, kAck, kSampleBlock, kAck}));
  CHECK((heard_on(b, 1) == Bytes{kSampleBlock}));
  b.heard();
  b.board.now += 1100000;
  CHECK(heard_on(b, 0).empty() && (heard_on(b, 1) == Bytes{kStatus, kSampleBlock}));
}

void nobody_else_ends_a_stream_whose_listener_is_there() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({kStart, 1}, 1);
  b.device.listener_is_there(true);
  b.heard();
  b.ask({kStop, 2}, 0);
  CHECK(b.heard() == std::vector<Bytes>{nak(2, kStop, kBusyStreaming)});
  b.ask({kStart, 3}, 0);
  CHECK(b.heard() == std::vector<Bytes>{nak(3, kStart, kBusyStreaming)});
  CHECK(b.device.streaming() && b.device.listener() == 1 && b.board.starts == 1);
  b.device.listener_is_there(false);  // its radio is out of reach
  b.ask({kStart, 4}, 0);
  CHECK(b.heard() == std::vector<Bytes>{ack(4, kStart)});
  CHECK(b.device.listener() == 0);
}

}  // namespace

void test_conversation() {
  hello_comes_first_and_when_asked();
  start_and_stop();
  absent_converter_refuses_start_only();
  rate();
  time_is_told();
  status_each_second();
  triggers_do_not_starve_the_stream();
  nonsense();
  commands_in_one_breath();
  answers_go_where_the_command_came_from();
  nobody_else_ends_a_stream_whose_listener_is_there();
}
