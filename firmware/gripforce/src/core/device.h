// The device's half of the conversation: commands in, frames out, and the stream between them.
//
// `receive()` takes the link's bytes, `take()` the converters' samples, `next_frame()` gives what
// is to be sent, one frame at a time. A command is answered before the next one is looked at, so
// one buffer serves for both: the command comes in through it, the answer goes out of it.
#pragma once

#include <stdint.h>

#include "board.h"
#include "bytes.h"
#include "calibration.h"
#include "frame.h"
#include "ring.h"
#include "sampler.h"
#include "watch.h"

namespace gripforce {

constexpr uint32_t kStatusPeriodUs = 1000000;

class Device {
 public:
  // A status of `streams` streams fits into so many bytes.
  static constexpr uint8_t notice_bytes(uint8_t streams) {
    return static_cast<uint8_t>(20 + 11 * streams + kFrameOverhead);
  }

  struct Memory {
    uint8_t* talk;  // commands and their answers: a hello must fit, with its frame
    uint8_t talk_bytes;
    uint8_t* notice;  // status and triggers, which nobody asked for
    uint8_t notice_bytes;
  };

  Device(Board& board, const Identity& identity, Ring& ring, Sampler& sampler,
         CalibrationStore& calibration, Storage& storage, uint16_t scratch_address,
         const Memory& memory);

  // To be called once, when the board is ready: says hello.
  void begin();

  // A byte of a link, and when it came. Must not be called while `busy()`: the buffer is taken.
  void receive(uint8_t byte, uint32_t tick, uint8_t link = 0);
  bool busy() const { return answering_ || talking_; }
  void bytes_were_lost() { count_rx_error(); }

  // A sample; ignored while not streaming.
  void take(uint8_t stream, const uint8_t* sample, uint32_t tick, uint8_t flags,
            uint32_t missed = 0);
  bool streaming() const { return streaming_; }

  // The next frame to send, size 0 where there is none; the one before it must have left. Commands
  // are carried out in here, when nothing that they change is still on its way.
  Frame next_frame();

  // Which link that frame is for: an answer goes where the command came from, the stream and what
  // nobody asked for to the link that started it, the listener.
  uint8_t addressee() const { return addressee_; }
  uint8_t listener() const { return listener_; }
  // While its listener is there, nobody else can start or stop a stream.
  void listener_is_there(bool is_there) { listener_is_there_ = is_there; }

 private:
  // What a command may be answered with: 0 is ack, the others are NakReasons.
  void handle();
  uint8_t carry_out();
  uint8_t start();
  bool is_a_guest() const { return streaming_ && listener_is_there_ && asker_ != listener_; }
  uint8_t stop();
  uint8_t set_rate();
  uint8_t write_calibration();
  uint8_t resend();
  uint8_t self_test();
  uint8_t digital_out();
  uint8_t watch();

  Frame next_block();
  // A new block between two that are sent again: else a host that asks for much sees nothing new.
  Frame live_block_in_turn();
  // What is sent for a command, a frame at a time.
  Frame answer();
  Frame answer_step();
  Frame stop_step();
  Frame resend_step();
  Frame verdict();

  Frame hello();
  Frame status(uint8_t* frame, uint8_t room);
  Frame trigger(const Edge& edge);
  Frame fired();
  Frame notice();
  Frame calibration_block();
  Frame self_test_reply();
  Frame time_reply();
  uint8_t* args() { return memory_.talk + kFrameHead; }
  Writer talk();
  Frame sealed(const Writer& out);
  void count_rx_error();

  Board& board_;
  const Identity& identity_;
  Ring& ring_;
  Sampler& sampler_;
  CalibrationStore& calibration_;
  Storage& storage_;
  uint16_t scratch_address_;
  Memory memory_;
  FrameReader reader_;
  Watch watch_;

  uint8_t asker_ = 0, listener_ = 0, addressee_ = 0;
  uint32_t blocks_sent_ = 0;
  uint16_t rx_errors_ = 0;
  uint32_t status_tick_ = 0;

  // A bit each: on an AVR bytes are scarce.
  bool streaming_ : 1;
  bool listener_is_there_ : 1;
  bool noticed_ : 1;      // the frame before was one that nobody asked for
  bool repeated_ : 1;     // the frame before was a block that was sent again
  bool answering_ : 1;
  bool talking_ : 1;      // the talk buffer is on its way out
  bool carried_out_ : 1;
  bool whole_ : 1;        // the command is as long as it must be, and found room
  bool wants_ack_ : 1;    // not so the hello at power-on
  bool told_ : 1;         // what was asked for has been sent
  uint8_t command_ = 0;
  uint8_t request_ = 0;
  uint8_t reason_ = 0;
  uint32_t detail_ = 0;
  uint32_t received_tick_ = 0;
  uint16_t failed_parts_ = 0;
  uint8_t resend_stream_ = 0;
  uint32_t resend_next_ = 0;
  uint32_t resend_left_ = 0;
};

}  // namespace gripforce
