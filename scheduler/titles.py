"""What people call a thing of a rule file, in both languages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Titles(BaseModel):
    """Its name in Chinese and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=100)

    def of(self, language: str) -> str:
        """In a language, else in Chinese."""
        return self.en if language == "en" else self.zh
