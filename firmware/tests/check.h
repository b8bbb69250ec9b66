// A test is a function; CHECK says where it failed. No framework: three lines suffice.
#pragma once

#include <cstdio>

extern int failures;

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      std::printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                         \
    }                                                                     \
  } while (false)
