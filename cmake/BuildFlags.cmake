# How every target of this project is compiled: link to mptcp_build_flags.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(mptcp_build_flags INTERFACE)
target_include_directories(mptcp_build_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(mptcp_build_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
# Clang's -Wconversion is more than GCC's.
target_compile_options(mptcp_build_flags INTERFACE
                       $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)
if(MPTCP_WARNINGS_AS_ERRORS)
  target_compile_options(mptcp_build_flags INTERFACE -Werror)
endif()
if(MPTCP_SANITIZE)
  list(JOIN MPTCP_SANITIZE "," sanitizers)
  # Whatever is found ends the program: nobody reads what a test that passes printed.
  set(sanitize_flags "-fsanitize=${sanitizers}" -fno-sanitize-recover=all)
  target_compile_options(mptcp_build_flags INTERFACE ${sanitize_flags} -fno-omit-frame-pointer
                                                     -O1 -g1)
  target_compile_definitions(mptcp_build_flags INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(mptcp_build_flags INTERFACE ${sanitize_flags})
  # GCC warns of what its own instrumentation hides from it.
  target_compile_options(mptcp_build_flags INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(MPTCP_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "MPTCP_FUZZ needs -DCMAKE_CXX_COMPILER=clang++")
  endif()
  set(fuzz_flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_compile_options(mptcp_build_flags INTERFACE ${fuzz_flags} -fno-omit-frame-pointer
                                                     -O1 -gline-tables-only)
  target_link_options(mptcp_build_flags INTERFACE ${fuzz_flags})
endif()
