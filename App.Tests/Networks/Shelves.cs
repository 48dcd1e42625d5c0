using Downbeat.Features.Analysis.Networks;
using Downbeat.Networks;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Networks;

/// <summary>Shelves of networks for tests.</summary>
internal static class Shelves
{
    /// <summary>The real models, beside the checkout in <c>../shared/models</c> or where <c>DOWNBEAT_MODELS</c> points; the test is skipped on a machine that does not have them.</summary>
    public static string RealFolder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("DOWNBEAT_MODELS") ?? Path.GetFullPath(Path.Combine(TestData.Repository, "..", "shared", "models"));
            Assert.SkipUnless(Directory.Exists(folder), $"The models are not on this machine: {folder}");
            return folder;
        }
    }

    /// <summary>A shelf of all networks that listen, in the real models directory unless another is given.</summary>
    public static ModelShelf Ears(string? folder = null) => In(folder ?? RealFolder, TimeProvider.System, EarNetworks.Known);

    /// <summary>A shelf of the given networks.</summary>
    public static ModelShelf In(string folder, TimeProvider clock, params IEnumerable<Network> networks) =>
        new(new DataDirectory(folder), Options.Create(new ModelOptions { Directory = folder }), networks, [], clock, NullLogger<ModelShelf>.Instance);
}
