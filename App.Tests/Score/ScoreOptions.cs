using Downbeat.Features.Analysis.Networks;
using Downbeat.Networks;
using Downbeat.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Score;

/// <summary>What stands behind the first word of the command.</summary>
/// <param name="Folders">Folders with pieces.</param>
/// <param name="ModelsFolder">Folder of the networks' files, behind <c>--models</c>; null to do without.</param>
internal sealed record ScoreOptions(string[] Folders, string? ModelsFolder)
{
    /// <summary>Reads the words.</summary>
    /// <exception cref="FileNotFoundException"><c>--models</c> names no folder.</exception>
    public static ScoreOptions Read(string[] words) => Array.IndexOf(words, "--models") switch
    {
        -1 => new(words, null),
        var at when at + 1 < words.Length && Directory.Exists(words[at + 1]) => new([.. words[..at], .. words[(at + 2)..]], Path.GetFullPath(words[at + 1])),
        _ => throw new FileNotFoundException("--models must be followed by the folder of the networks' files."),
    };

    /// <summary>The networks in the folder; null without one.</summary>
    public ModelShelf? OpenShelf() => ModelsFolder is null
        ? null
        : new(new DataDirectory(ModelsFolder), Options.Create(new ModelOptions { Directory = ModelsFolder }), EarNetworks.Known, [], TimeProvider.System, NullLogger<ModelShelf>.Instance);
}
