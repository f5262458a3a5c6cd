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
if(MPTCP_WARNINGS_AS_ERRORS)
  target_compile_options(mptcp_build_flags INTERFACE -Werror)
endif()
if(MPTCP_SANITIZE)
  list(JOIN MPTCP_SANITIZE "," sanitizers)
  target_compile_options(mptcp_build_flags INTERFACE "-fsanitize=${sanitizers}" -fno-omit-frame-pointer)
  target_link_options(mptcp_build_flags INTERFACE "-fsanitize=${sanitizers}")
  # GCC warns of what its own instrumentation hides from it.
  target_compile_options(mptcp_build_flags INTERFACE -Wno-maybe-uninitialized)
endif()
