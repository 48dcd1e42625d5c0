namespace Downbeat.Features.Accounts;

/// <summary>Where to go after signing in.</summary>
internal static class ReturnPath
{
    /// <summary>The path asked for when it is one of ours, else the songs: a link must not send people to a stranger's site.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] && !returnUrl.Any(char.IsControl) ? returnUrl : "/songs";
}
