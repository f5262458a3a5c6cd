#pragma once
/// Hashes of short keys: a few instructions a word, not meant to resist someone who picks the keys.

#include "bytes.hpp"

#include <cstdint>
#include <cstring>

namespace mptcp::hash {

inline constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15;

/// Takes one word up. It is a bijection of `word` and one of `hash`.
constexpr std::uint64_t add(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * kSeed;
    return hash ^ (hash >> 32);
}

/// Takes `bytes` up, eight at a time. Their number is not part of the hash.
inline std::uint64_t add(std::uint64_t hash, ByteView bytes) {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    std::size_t at = 0;
    for (; at + kWord <= bytes.size(); at += kWord) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, kWord);
        hash = add(hash, word);
    }
    if (at < bytes.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, bytes.size() - at);
        hash = add(hash, word);
    }
    return hash;
}

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t finish(std::uint64_t hash) {
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111eb;
    return hash ^ (hash >> 31);
}

} // namespace mptcp::hash
