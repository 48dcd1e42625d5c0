namespace Downbeat.Features.Clips.Drawing;

/// <summary>How a camera moves.</summary>
internal enum CameraMove
{
    /// <summary>Not at all.</summary>
    Still,

    /// <summary>Slowly to and fro.</summary>
    Drift,

    /// <summary>Closer, from the beginning to the end.</summary>
    Push,

    /// <summary>Away, from the beginning to the end.</summary>
    Pull,

    /// <summary>Turning about the line of sight.</summary>
    Orbit,

    /// <summary>A step closer with each stroke, and back.</summary>
    Bounce,
}

/// <summary>What the moves do.</summary>
internal static class CameraMoves
{
    /// <summary>How fast things flow by the name of a motion: calm, flowing, driving or wild.</summary>
    public static IReadOnlyDictionary<string, float> Motions { get; } = new Dictionary<string, float> { ["calm"] = 0.55f, ["flowing"] = 0.9f, ["driving"] = 1.3f, ["wild"] = 1.9f };

    extension(CameraMove move)
    {
        /// <summary>How a scene is seen at a moment.</summary>
        internal Lens Look(Moment now) => move switch
        {
            CameraMove.Drift => new(1.06f, 0.28f * MathF.Sin(now.Flow * 0.6f), 0.16f * MathF.Cos(now.Flow * 0.47f), 0),
            CameraMove.Push => new(1 + (0.16f * now.Part), 0, 0, 0),
            CameraMove.Pull => new(1.16f - (0.16f * now.Part), 0, 0, 0),
            CameraMove.Orbit => new(1.1f, 0, 0, 0.12f * MathF.Sin(now.Flow * 0.5f)),
            CameraMove.Bounce => new(1 + (0.075f * now.Hit), 0, 0, 0.012f * now.Hit * (now.Strokes.Count > 0 && now.Strokes[0].Number % 2 == 0 ? 1 : -1)),
            _ => Lens.Still,
        };
    }
}
