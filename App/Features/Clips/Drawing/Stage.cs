using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>What a visual draws with.</summary>
/// <param name="Light">What it draws on.</param>
/// <param name="Palette">In which colours; as light also where the film prints them.</param>
/// <param name="Line">How thick lines are; 1 is usual.</param>
/// <param name="Seed">Which of all its forms it takes.</param>
/// <param name="Picture">A picture to make something of, in colours that go with the palette; null for none.</param>
/// <param name="Words">Words with the times that they are sung at, in seconds since the clip began.</param>
/// <param name="Face">Letters to write them in.</param>
internal sealed record Stage(Light Light, Palette Palette, float Line, int Seed, SKImage? Picture, IReadOnlyList<StageWord> Words, SKTypeface Face)
{
    /// <summary>A value from 0 to 1 that belongs to a thing and one of its traits, and to the seed.</summary>
    public float Chance(int thing, int trait) => Colours.Chance(thing, trait + (Seed * 1_009));

    /// <summary>A value between two others that belongs to the seed.</summary>
    public float Choose(float from, float to, int trait) => from + ((to - from) * Chance(7, trait));
}

/// <summary>A word or a few.</summary>
/// <param name="Text">Them.</param>
/// <param name="Start">When they begin to be sung, seconds since the clip began.</param>
/// <param name="End">When that ends.</param>
/// <param name="Line">Words with the same number are shown together.</param>
internal sealed record StageWord(string Text, double Start, double End, int Line);
