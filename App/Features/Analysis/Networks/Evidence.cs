namespace Downbeat.Features.Analysis.Networks;

/// <summary>
/// How far what the networks say of a song stands out from what they say of any song. A rare tag that is given weakly says more than a common one that is given a little more strongly;
/// so each is measured by Pearson's residual, (p − usual) / √usual, which is 0 for the usual level.
/// </summary>
internal sealed class Evidence
{
    // MusiCNN's labels stand in the order of how often people gave them, and its mean output falls with that rank as any such list does (Zipf 1935). The two numbers are a fit over the
    // means of 13 songs; the six fits looked at with one of them left out gave 0.152 to 0.172 and -0.68 to -0.71. YAMNet's genres and moods had one mean of 0.002 over the same songs.
    private const double UsualOfFirstTag = 0.167;
    private const double FallByRank = -0.7;
    private const double UsualSound = 0.002;

    private readonly IReadOnlyDictionary<string, double> tags;
    private readonly IReadOnlyDictionary<string, double> sounds;

    /// <summary>Takes what the networks said.</summary>
    /// <param name="tags">Of <see cref="MusiCnn"/>, in the order of its labels; null when it did not speak.</param>
    /// <param name="sounds">Of <see cref="Yamnet"/>; null when it did not speak.</param>
    public Evidence(IReadOnlyDictionary<string, double>? tags, Sounds? sounds)
    {
        this.tags = tags?.Index().ToDictionary(tag => tag.Item.Key, tag => Residual(tag.Item.Value, UsualOfFirstTag * Math.Pow(tag.Index + 1, FallByRank))) ?? [];
        this.sounds = sounds?.Means.ToDictionary(sound => sound.Key, sound => Residual(sound.Value, UsualSound)) ?? [];
    }

    /// <summary>How much speaks for a topic: the strongest tag plus the strongest sound, about −0.5 (less than usual) to 3; 0 where nobody spoke.</summary>
    public double For(Topic topic) => Strongest(tags, topic.Tags) + Strongest(sounds, topic.Sounds);

    private static double Residual(double value, double usual) => (value - usual) / Math.Sqrt(usual);

    private static double Strongest(IReadOnlyDictionary<string, double> residuals, string[] names) => residuals.Count == 0 || names.Length == 0 ? 0 : names.Max(name => residuals[name]);
}

/// <summary>Something that tags and sounds can speak for.</summary>
/// <param name="Name">In words.</param>
/// <param name="Tags">Labels of <see cref="MusiCnn"/>.</param>
/// <param name="Sounds">Labels of <see cref="Yamnet"/>.</param>
internal sealed record Topic(string Name, string[] Tags, string[] Sounds);
