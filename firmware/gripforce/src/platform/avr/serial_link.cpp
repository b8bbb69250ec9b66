#if defined(__AVR__)

#include "serial_link.h"

#include <Arduino.h>
#include <util/atomic.h>

namespace gripforce {

namespace {

// At 1 Mbaud a byte comes every 160 cycles, and decoding one takes longer: the ring holds what a
// command of 90 bytes runs ahead, and the 0.5 ms for which a block's encoding keeps the loop away.
constexpr uint8_t kRoom = 96;

uint8_t after(uint8_t at) { return static_cast<uint8_t>(at + 1 == kRoom ? 0 : at + 1); }

volatile uint8_t received[kRoom];
volatile uint8_t head, tail;
volatile bool lost;
volatile uint32_t last_delimiter;
const uint8_t* volatile next_byte;
volatile uint16_t bytes_left;

}  // namespace

void SerialLink::begin(uint32_t baud) {
  UCSR0A = _BV(U2X0);
  UBRR0 = static_cast<uint16_t>(F_CPU / 8 / baud - 1);
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

bool SerialLink::has_byte() const { return head != tail; }

uint8_t SerialLink::take_byte() {
  const uint8_t oldest = received[tail];
  tail = after(tail);
  return oldest;
}

uint32_t SerialLink::delimiter_tick() const {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { return last_delimiter; }
  return 0;
}

bool SerialLink::lost_bytes() {
  const bool was = lost;
  if (was) lost = false;
  return was;
}

void SerialLink::send(const Frame& frame, uint8_t) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    next_byte = frame.bytes;
    bytes_left = frame.size;
    UCSR0B |= _BV(UDRIE0);
  }
}

bool SerialLink::idle() const {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { return bytes_left == 0; }
  return false;
}

}  // namespace gripforce

ISR(USART_RX_vect) {
  using namespace gripforce;
  if ((UCSR0A & (_BV(DOR0) | _BV(FE0))) != 0) lost = true;
  const uint8_t came = UDR0;
  const uint8_t next = after(head);
  if (came == 0) last_delimiter = micros();
  if (next == tail) {
    lost = true;
    return;
  }
  received[head] = came;
  head = next;
}

ISR(USART_UDRE_vect) {
  using namespace gripforce;
  const uint8_t* at = next_byte;
  UDR0 = *at;
  next_byte = at + 1;
  if (--bytes_left == 0) UCSR0B &= static_cast<uint8_t>(~_BV(UDRIE0));
}

#endif
