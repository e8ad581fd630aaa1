"""Hashes of both kinds, and what they refuse."""

import pytest

from fastcms.passwords import decoy, hash_password, is_hashed_with, verify_password


@pytest.mark.parametrize("algorithm", ["argon2id", "bcrypt"])
@pytest.mark.parametrize("password", ["secret123", "pässwörd ✓", "a" * 71, " ", "\0nul"])
def test_a_password_fits_its_hash_and_no_other(algorithm, password):
    stored = hash_password(password, algorithm, 4)
    assert is_hashed_with(stored, algorithm)
    assert verify_password(password, stored)
    assert not verify_password(password + "x", stored)
    assert hash_password(password, algorithm, 4) != stored


@pytest.mark.parametrize(
    ("algorithm", "start"),
    [("bcrypt", "$2a$04$"), ("argon2id", "$argon2id$v=19$m=19456,t=2,p=1$")],
)
def test_the_parameters_of_a_hash(algorithm, start):
    assert hash_password("secret123", algorithm, 4).startswith(start)


def test_bcrypt_refuses_what_it_would_cut():
    stored = hash_password("a" * 72, "bcrypt", 4)
    with pytest.raises(ValueError, match="72"):
        hash_password("a" * 73, "bcrypt", 4)
    assert not verify_password("a" * 73, stored)
    assert not verify_password("ä" * 40, stored)


@pytest.mark.parametrize("stored", ["", "plain", "$2a$10$short", "$argon2id$broken", "$argon2id$v"])
def test_a_broken_hash_fits_nothing(stored):
    assert not verify_password("secret123", stored)
    assert not verify_password("", stored)


@pytest.mark.parametrize("algorithm", ["argon2id", "bcrypt"])
def test_the_decoy_costs_what_a_hash_costs_and_fits_nothing(algorithm):
    assert is_hashed_with(decoy(algorithm), algorithm)
    assert decoy(algorithm) is decoy(algorithm)
    assert not verify_password("", decoy(algorithm))
