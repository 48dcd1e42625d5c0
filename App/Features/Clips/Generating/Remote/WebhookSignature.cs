using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>Checks who sent a message, by the Standard Webhooks scheme (standardwebhooks.com, 2023): HMAC-SHA256 of id, time and body, at most five minutes old.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int LeastKeyBytes = 16;
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(5);

    /// <summary>The key that a secret stands for; null when it is none.</summary>
    public static byte[]? KeyOf(string secret)
    {
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret, key, out var length) && length >= LeastKeyBytes ? key[..length] : null;
    }

    /// <summary>Whether a message was signed with the secret, and lately.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="id">Header <c>webhook-id</c>.</param>
    /// <param name="timestamp">Header <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="signatures">Header <c>webhook-signature</c>: <c>v1,</c> and base64, several parted by spaces.</param>
    /// <param name="body">The message.</param>
    /// <param name="now">The present.</param>
    public static bool IsValid(string secret, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (KeyOf(secret) is not { } key || id is not { Length: > 0 and <= 200 } || signatures is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > MostAge.TotalSeconds)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = HMACSHA256.HashData(key, signed);
        var given = new byte[expected.Length];
        foreach (var signature in signatures.Split(' ', 8))
        {
            if (signature.StartsWith("v1,", StringComparison.Ordinal) && Convert.TryFromBase64String(signature[3..], given, out var length) && length == expected.Length && CryptographicOperations.FixedTimeEquals(given, expected))
            {
                return true;
            }
        }

        return false;
    }
}
