using Downbeat.Media;

namespace Downbeat.Features.Performance;

/// <summary>What versions of ffmpeg are known to do badly with what the studio asks of them. Each line was met here, and is worked around or costs something.</summary>
internal static class FfmpegWeaknesses
{
    private const int Oldest = 5;
    private const int NewestTried = 7;

    /// <summary>Sentences for a version; empty when nothing is known.</summary>
    public static IReadOnlyList<string> Of(FfmpegVersion version) => version.Major switch
    {
        int.MaxValue => ["A build between releases: its version says nothing, and nothing was tried with it."],
        < Oldest => [$"Older than ffmpeg {Oldest}: never tried; filter graphs from files and the progress report may differ. Install a newer package."],
        5 or 6 =>
        [
            "Loudness can only be measured with its running log (framelog=quiet came later): the log of long songs is read and thrown away.",
            "Loudness normalisation leaves its sound at 192 kHz; the studio brings it back to 48 kHz.",
        ],
        7 =>
        [
            "setpts loses the frame rate of what it is given, so the studio sets it again behind every filter of that kind.",
            "The scaler counts pictures of variable rate differently from version 5; films made by both are not identical to the pixel.",
        ],
        _ => [$"Newer than ffmpeg {NewestTried}, the newest that was tried."],
    };
}
