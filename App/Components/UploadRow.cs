using System.Text.Json.Serialization;

namespace Downbeat.Components;

/// <summary>A file on its way to the studio.</summary>
/// <param name="Id">Its name in the browser.</param>
/// <param name="Name">Name of the file.</param>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Fraction">How much of it has gone, 0 to 1.</param>
/// <param name="Stage">What is done with it now.</param>
/// <param name="Problem">Why it was refused; null unless it was.</param>
public sealed record UploadRow(string Id, string Name, long SizeBytes, double Fraction, UploadStage Stage, string? Problem)
{
    /// <summary>It may still arrive without anybody doing anything.</summary>
    internal bool IsComing => Stage is UploadStage.Waiting or UploadStage.Sending or UploadStage.Resting;

    /// <summary>How much of it has gone, in percent.</summary>
    internal int Percent => (int)(Fraction * 100);

    /// <summary>All of it has gone, and the studio looks at it.</summary>
    internal bool IsSent => Fraction >= 1;

    /// <summary>How it stands, in a few words.</summary>
    internal string State => (Stage, Fraction) switch
    {
        (UploadStage.Waiting, _) => "Waiting",
        (UploadStage.Resting, _) => $"{Percent}%, waiting to go on",
        (_, >= 1) => "Checking…",
        (UploadStage.Sending, _) => $"{Percent}% of {Wording.Size(SizeBytes)}",
        _ => "",
    };
}

/// <summary>What is done with a file on its way.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UploadStage>))]
public enum UploadStage
{
    /// <summary>Others go first.</summary>
    Waiting,

    /// <summary>It goes.</summary>
    Sending,

    /// <summary>The connection broke; it is tried again.</summary>
    Resting,

    /// <summary>The browser no longer has the file: it goes on when the file is chosen again.</summary>
    Wanted,

    /// <summary>It was refused.</summary>
    Failed,

    /// <summary>It has arrived.</summary>
    Done,

    /// <summary>Somebody stopped it.</summary>
    Dropped,
}
